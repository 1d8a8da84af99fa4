import { hostname } from 'node:os'
import { VarveError } from '../../errors.ts'
import { absolutePath } from '../../fs/absolute-path.ts'
import { readLockFile } from '../../fs/lock-file.ts'
import { escaped } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { timeText } from '../quantity-text.ts'
import { noStore, storeKind } from '../store-kind.ts'

type LockHolder = ReturnType<typeof readLockFile>

const LOCK = 'LOCK'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, options, json, out, fileSystem } = call
  const directory = operands[0]!
  if (storeKind(fileSystem, directory) === undefined) throw noStore(directory, 'check the path')
  const path = absolutePath(directory)
  const live = await fileSystem.lockHolder(path)
  if (live !== undefined) throw held(path, live)
  if (fileSystem.status(`${path}/${LOCK}`) === undefined) {
    if (json) await out.record({ held: false, removed: false })
    else await out.line('Nobody holds the store, and there is no file LOCK: it can be opened.')
    return ExitCode.ok
  }
  const named = readLockFile(path)
  const doubt = doubtAbout(named)
  if (doubt !== undefined && !options.has('force')) {
    const advice = 'make sure that no such process has the store open, then add --force'
    throw new VarveError('LOCKED', `no process here holds ${path}, but ${doubt}: ${advice}`, {
      file: `${path}/${LOCK}`,
    })
  }
  await removeLockFile(call, path)
  if (json) await out.record({ held: false, removed: true, ...named })
  else {
    await out.line(`Removed ${LOCK}, which named ${holderText(named)}. It held nobody off:`)
    await out.line('the lock is a socket, which went when that process ended. The store can be opened.')
  }
  return ExitCode.ok
}

/** Why the one whom LOCK names may still have the store open; undefined where that is out of the question. */
function doubtAbout({ pid, host }: LockHolder): string | undefined {
  // A negative number would ask for a group of processes.
  if (pid <= 0) return 'LOCK does not say who wrote it, which may be a process on another machine'
  if (host !== hostname()) return `LOCK names process ${pid} on ${escaped(host)}, of which nothing can be known here`
  if (isAlive(pid)) return `LOCK names process ${pid}, which lives, perhaps with a network of its own`
  return undefined
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Behind the lock itself, so that the file of one who opens the store just now is not taken for the old one. */
async function removeLockFile({ fileSystem }: Call, path: string): Promise<void> {
  const lock = await fileSystem.lock(path)
  try {
    fileSystem.unlinkSync(`${path}/${LOCK}`)
  } finally {
    lock.release()
  }
}

function held(path: string, holder: LockHolder): VarveError {
  const advice = 'the lock goes when that process closes the store or ends, and cannot be taken away before'
  return new VarveError('LOCKED', `${path} is held by ${holderText(holder)}: ${advice}`, { file: path })
}

function holderText({ pid, host, since }: LockHolder): string {
  return pid === 0 ? 'nobody by name' : `process ${pid} on ${escaped(host)} since ${timeText(since)}`
}
