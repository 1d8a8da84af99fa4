import type { Runtime } from '../runtime.ts'
import type { DirectoryLock, LockHolder } from './file-system.ts'
import { lockedError } from './lock-file.ts'
import type { MemoryDirectory } from './memory-directory.ts'

const host = 'memory'

/** Who holds which directory of a file system in memory. */
export class MemoryLocks {
  readonly #holders = new Map<MemoryDirectory, LockHolder>()

  lock(directory: MemoryDirectory, path: string, runtime: Pick<Runtime, 'now'>): DirectoryLock {
    const holder = this.#holders.get(directory)
    if (holder !== undefined) throw lockedError(path, holder, host)
    const own = { pid: process.pid, host, since: runtime.now() }
    this.#holders.set(directory, own)
    return {
      release: () => {
        if (this.#holders.get(directory) === own) this.#holders.delete(directory)
      },
    }
  }

  holderOf(directory: MemoryDirectory): LockHolder | undefined {
    const holder = this.#holders.get(directory)
    return holder === undefined ? undefined : { ...holder }
  }
}
