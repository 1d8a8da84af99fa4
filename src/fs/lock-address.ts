import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { systemError } from './system-error.ts'

/** Where the socket of a directory's lock listens. */
export interface LockAddress {
  readonly address: string
  /** Whether the address is a name in the file system, which stays behind when its owner is killed. */
  readonly leavesName: boolean
}

/**
 * The same for every spelling of the directory: it is made of the device and inode, which links and bind mounts share.
 * Linux has abstract sockets and Windows has pipes, and both vanish with their owner. An abstract socket belongs to a network namespace:
 * two containers that share a volume but no network do not see each other's locks. A directory that is removed while its store is open
 * may leave its inode, and with it the lock, to the next one that is made: close a store before you remove it.
 */
export function lockAddress(directory: string, platform: NodeJS.Platform = process.platform): LockAddress {
  const identity = directoryIdentity(directory)
  if (platform === 'linux') return { address: `\0varve-lock-${identity}`, leavesName: false }
  if (platform === 'win32') return { address: `\\\\.\\pipe\\varve-lock-${identity}`, leavesName: false }
  // Not in the directory itself: the path of a socket is limited to about 100 bytes.
  return { address: path.join(os.tmpdir(), `varve-lock-${identity}`), leavesName: true }
}

function directoryIdentity(directory: string): string {
  try {
    // As bigint, because the inodes of some file systems take all 64 bits.
    const { dev, ino } = fs.statSync(`${directory}${path.sep}`, { bigint: true })
    return `${dev}-${ino}`
  } catch (error) {
    throw systemError('lock', directory, error)
  }
}
