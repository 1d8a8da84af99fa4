import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockDirectory, readLockHolder } from '../../src/fs/directory-lock.ts'
import type { DirectoryLock } from '../../src/fs/file-system.ts'
import { lockAddress } from '../../src/fs/lock-address.ts'
import { nodeFileSystem as fs } from '../../src/fs/node-file-system.ts'
import { codeOf } from '../support/bytes-text.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

let place: ReturnType<typeof temporaryDirectory>
let directory: string
beforeEach(() => {
  place = temporaryDirectory()
  directory = place.directory
})
afterEach(() => {
  for (const lock of held.splice(0)) lock.release()
  place.remove()
})

/** Released after the test at the latest: a later directory may have the same inode. */
const held: DirectoryLock[] = []
async function lockOf(path: string): Promise<DirectoryLock> {
  const lock = await fs.lock(path)
  held.push(lock)
  return lock
}

function startProcess(then: 'hold' | 'end'): ChildProcess {
  const program = fileURLToPath(new URL('../support/lock-process.js', import.meta.url))
  return spawn(process.execPath, [program, directory, then], { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout!, 'data')) as [Buffer]
  return data.toString().trim()
}

async function lockFromWorker(): Promise<{ readonly answer: string; readonly worker: Worker }> {
  const worker = new Worker(new URL('../support/lock-worker.js', import.meta.url), { workerData: directory })
  const [answer] = (await once(worker, 'message')) as [string]
  return { answer, worker }
}

describe('another holder', () => {
  test('in another process is named, and a SIGKILL needs no cleaning up', async () => {
    const child = startProcess('hold')
    expect(await firstLine(child)).toBe('locked')
    expect(await fs.lockHolder(directory)).toMatchObject({ pid: child.pid, host: hostname() })
    await expect(fs.lock(directory)).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringMatching(`by process ${child.pid} on host .* since .*Z\\. Close the store there, or wait`),
    })
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    expect(await fs.lockHolder(directory)).toBeUndefined()
    await lockOf(directory)
    expect(await fs.lockHolder(directory)).toMatchObject({ pid: process.pid })
  })

  test('in a worker thread excludes this one, and this one the worker', async () => {
    const { answer, worker } = await lockFromWorker()
    expect(answer).toBe('locked')
    await expect(fs.lock(directory)).rejects.toThrow(/this process/)
    await worker.terminate()
    await lockOf(directory)
    const second = await lockFromWorker()
    expect(second.answer).toMatch(/is locked by this process .* Close the store that is open already/)
    await second.worker.terminate()
  })

  test('is found through a linked path', async () => {
    const link = join(directory, 'link')
    mkdirSync(join(directory, 'store'))
    symlinkSync(join(directory, 'store'), link)
    await lockOf(join(directory, 'store'))
    expect(await codeOf(() => lockOf(link))).toBe('LOCKED')
    expect(await fs.lockHolder(link)).toMatchObject({ pid: process.pid })
  })

  test('is never decided by the LOCK file', async () => {
    writeFileSync(join(directory, 'LOCK'), JSON.stringify({ pid: process.ppid, host: hostname(), since: 0 }))
    expect(await fs.lockHolder(directory)).toBeUndefined()
    const lock = await lockOf(directory)
    writeFileSync(join(directory, 'LOCK'), '{"pid":')
    await expect(fs.lock(directory)).rejects.toThrow(/is locked, by a holder that its LOCK file does not name/)
    lock.release()
    expect(existsSync(join(directory, 'LOCK'))).toBe(true)
  })
})

describe('a lock', () => {
  test('does not keep its process alive', async () => {
    const child = startProcess('end')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await fs.lockHolder(directory)).toBeUndefined()
  })

  test('hangs up on whoever connects', async () => {
    await lockOf(directory)
    const socket = connect(lockAddress(directory).address)
    socket.on('error', () => {})
    socket.write('hello')
    await new Promise((resolve) => socket.on('close', resolve))
    expect(socket.bytesRead).toBe(0)
  })

  test('writes a private LOCK file, never through a link, and leaves no lock behind when it cannot', async () => {
    symlinkSync(join(directory, 'victim'), join(directory, 'LOCK'))
    writeFileSync(join(directory, 'victim'), 'untouched')
    expect(await codeOf(() => lockOf(directory))).toBe('IO')
    expect(readFileSync(join(directory, 'victim'), 'utf8')).toBe('untouched')
    fs.unlinkSync(join(directory, 'LOCK'))
    await lockOf(directory)
    expect(statSync(join(directory, 'LOCK')).mode & 0o777).toBe(0o600)
  })

  test('goes to exactly one of many who ask at once', async () => {
    const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(() => lockOf(directory))))
    expect(codes.filter((code) => code === 'none')).toHaveLength(1)
    expect(codes.filter((code) => code === 'LOCKED')).toHaveLength(19)
  })

  test('may be held on hundreds of directories', async () => {
    const directories = Array.from({ length: 500 }, (_, index) => join(directory, String(index)))
    for (const each of directories) mkdirSync(each)
    await Promise.all(directories.map(lockOf))
    expect(await codeOf(() => lockOf(directories[499]!))).toBe('LOCKED')
  })

  test('needs a directory', async () => {
    writeFileSync(join(directory, 'file'), '')
    expect(await codeOf(() => lockOf(join(directory, 'nothing')))).toBe('NOT_FOUND')
    expect(await codeOf(() => lockOf(join(directory, 'file')))).toBe('IO')
  })
})

describe('where sockets leave a name behind', () => {
  test('the name of a dead holder is taken over, that of a living one is not', async () => {
    const where = { address: join(directory, 'socket'), leavesName: true }
    expect(await readLockHolder(directory, where)).toBeUndefined()
    const stale = await lockDirectory(directory, where)
    mkdirSync(join(directory, 'aside'))
    expect(await codeOf(() => lockDirectory(directory, where))).toBe('LOCKED')
    fs.rename(where.address, join(directory, 'aside', 'socket'))
    stale.release()
    fs.rename(join(directory, 'aside', 'socket'), where.address)
    expect(await readLockHolder(directory, where)).toBeUndefined()
    const lock = await lockDirectory(directory, where)
    expect(await readLockHolder(directory, where)).toMatchObject({ pid: process.pid })
    lock.release()
    expect(existsSync(where.address)).toBe(false)
  })

  test('every platform has an address that is the same for all spellings of a directory', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const address = lockAddress(directory, platform)
      expect(lockAddress(`${directory}/.`, platform)).toEqual(address)
      expect(address.leavesName).toBe(platform === 'darwin')
    }
  })
})
