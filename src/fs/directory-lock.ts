import fs from 'node:fs'
import net from 'node:net'
import type { DirectoryLock, LockHolder } from './file-system.ts'
import { type LockAddress, lockAddress } from './lock-address.ts'
import { lockedError, readLockFile, writeLockFile } from './lock-file.ts'
import { systemCode, systemError } from './system-error.ts'

/**
 * Claims a directory. Node has no flock; what it has everywhere is a socket that only one may listen on, over processes, threads and twice
 * in one process, and that the system closes when its owner dies, so that a kill -9 needs no cleaning up. Whoever listens is the holder;
 * the LOCK file only names him.
 */
export async function lockDirectory(
  directory: string,
  where: LockAddress = lockAddress(directory),
): Promise<DirectoryLock> {
  const server = await claim(directory, where)
  if (server === undefined) throw lockedError(directory, readLockFile(directory))
  try {
    writeLockFile(directory)
  } catch (error) {
    server.close()
    throw error
  }
  return new SocketLock(server)
}

/** Who holds the lock, found by knocking at the socket; nothing is written. */
export async function readLockHolder(
  directory: string,
  where: LockAddress = lockAddress(directory),
): Promise<LockHolder | undefined> {
  return (await isAlive(where.address)) ? readLockFile(directory) : undefined
}

class SocketLock implements DirectoryLock {
  #server: net.Server | undefined

  constructor(server: net.Server) {
    this.#server = server
  }

  release(): void {
    // The system frees the address within this call; where it is a name in the file system, Node unlinks it too.
    this.#server?.close()
    this.#server = undefined
  }
}

async function claim(directory: string, where: LockAddress): Promise<net.Server | undefined> {
  try {
    const server = await listen(where.address)
    if (server !== undefined || !where.leavesName || (await isAlive(where.address))) return server
    await removeStaleName(where.address)
    return await listen(where.address)
  } catch (error) {
    throw systemError('lock', directory, error)
  }
}

/** Undefined where someone listens already, or where a dead owner left the name. */
function listen(address: string): Promise<net.Server | undefined> {
  return new Promise((resolve, reject) => {
    // Those who knock learn that someone lives here, and nothing else.
    const server = net.createServer((connection) => connection.destroy())
    server.once('error', (error) => (systemCode(error) === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    // Exclusive: the workers of a cluster would otherwise share one socket, and each would believe that it holds the lock.
    server.listen({ path: address, exclusive: true }, () => {
      server.on('error', () => {})
      resolve(server)
    })
    server.unref()
  })
}

function isAlive(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address)
    const answer = (alive: boolean): void => {
      socket.destroy()
      resolve(alive)
    }
    socket.once('connect', () => answer(true))
    // Any other refusal (a full queue, no permission) comes from a socket that has an owner.
    socket.once('error', (error) => answer(!['ECONNREFUSED', 'ENOENT'].includes(systemCode(error))))
  })
}

/**
 * Renamed before it is unlinked: of two openers that both found the name stale, the later one may have taken away the fresh name of the
 * earlier. What it took then answers, and is put back.
 */
async function removeStaleName(address: string): Promise<void> {
  const aside = `${address}-${process.pid}`
  fs.rmSync(aside, { force: true })
  try {
    fs.renameSync(address, aside)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw error
  }
  if (await isAlive(aside)) fs.linkSync(aside, address)
  fs.unlinkSync(aside)
}
