import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { VarveError } from '../errors.ts'
import { nodeRuntime } from '../runtime.ts'
import type { LockHolder } from './file-system.ts'
import { systemError } from './system-error.ts'

/** A holder's description is far shorter; whatever is longer was not written by a store. */
const maxLockFileBytes: number = 1024

/** Stands for a holder that lives but whose LOCK file cannot be read. */
const unknownHolder: LockHolder = { pid: 0, host: 'unknown', since: 0 }

/**
 * Names the holder in the directory's LOCK file, once the socket is held. The file decides nothing, so it stays when the lock is released:
 * unlinking it could only remove the name that the next holder has just written.
 */
export function writeLockFile(directory: string): void {
  const file = path.join(directory, 'LOCK')
  const holder: LockHolder = { pid: process.pid, host: os.hostname(), since: nodeRuntime.now() }
  const { O_CREAT, O_NONBLOCK, O_WRONLY, O_NOFOLLOW } = fs.constants
  let descriptor: number | undefined
  try {
    // Never through a link: whoever may write to the directory could aim it at another file of ours.
    descriptor = fs.openSync(file, O_WRONLY | O_CREAT | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0), 0o600)
    fs.ftruncateSync(descriptor)
    fs.writeSync(descriptor, `${JSON.stringify(holder)}\n`, 0)
  } catch (error) {
    const failure = systemError('write', file, error)
    // A store on a full disk must still open; its holder is then unknown to those who are refused.
    if (failure.code !== 'NO_SPACE') throw failure
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor)
  }
}

/** What the LOCK file says, or a holder with pid 0 where it says nothing that can be trusted. */
export function readLockFile(directory: string): LockHolder {
  const { O_NONBLOCK, O_NOFOLLOW, O_RDONLY } = fs.constants
  let descriptor: number | undefined
  try {
    const flags = O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)
    descriptor = fs.openSync(path.join(directory, 'LOCK'), flags)
    const target = Buffer.alloc(maxLockFileBytes)
    const parsed: unknown = JSON.parse(target.toString('utf8', 0, fs.readSync(descriptor, target)))
    return isHolder(parsed) ? { pid: parsed.pid, host: parsed.host, since: parsed.since } : unknownHolder
  } catch {
    return unknownHolder
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor)
  }
}

function isHolder(value: unknown): value is LockHolder {
  if (typeof value !== 'object' || value === null) return false
  const { pid, host, since } = value as Partial<Record<keyof LockHolder, unknown>>
  const isTime = typeof since === 'number' && Math.abs(since) <= 8.64e15
  return Number.isSafeInteger(pid) && typeof host === 'string' && host.length <= 255 && isTime
}

/** The refusal of a second opener. */
export function lockedError(directory: string, holder: LockHolder, ownHost: string = os.hostname()): VarveError {
  const message =
    holder.pid === 0
      ? `${directory} is locked, by a holder that its LOCK file does not name. Close the store, or wait until its process ends.`
      : `${directory} is locked by ${describe(holder, ownHost)} since ${new Date(holder.since).toISOString()}. ${advice(holder, ownHost)}`
  return new VarveError('LOCKED', message, { file: directory })
}

function isThisProcess(holder: LockHolder, ownHost: string): boolean {
  return holder.pid === process.pid && holder.host === ownHost
}

function describe(holder: LockHolder, ownHost: string): string {
  const who = `process ${holder.pid} on host ${JSON.stringify(holder.host)}`
  return isThisProcess(holder, ownHost) ? `this process (${who})` : who
}

function advice(holder: LockHolder, ownHost: string): string {
  return isThisProcess(holder, ownHost)
    ? 'Close the store that is open already, or share it.'
    : 'Close the store there, or wait until that process ends.'
}
