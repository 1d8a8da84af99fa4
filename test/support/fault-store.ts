import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { CountingFileSystem } from '../../src/fs/counting-file-system.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore, Reader } from '../../src/kv-store/kv-store.ts'
import { type Fault, FaultyFileSystem, type FileCall } from './faulty-file-system.ts'

export const STORE = '/store'

/** Calls that change what is on the disk, or make it durable. */
const CHANGES = new Set(['append', 'write', 'truncate', 'sync', 'syncDirectory', 'rename', 'unlink', 'makeDirectory'])

/** A memory disk whose calls fail as a test says, and which counts the files that are open. */
export class FaultDisk {
  readonly disk: MemoryFileSystem
  readonly faulty: FaultyFileSystem
  readonly #counting: CountingFileSystem

  constructor(disk: MemoryFileSystem = new MemoryFileSystem()) {
    this.disk = disk
    this.#counting = new CountingFileSystem(disk)
    this.faulty = new FaultyFileSystem(this.#counting)
  }

  get openFiles(): number {
    return this.#counting.counts.openFiles
  }

  get calls(): readonly FileCall[] {
    return this.faulty.calls
  }

  /** All calls since number `index` that change something. */
  changesSince(index: number): string[] {
    const changes = this.calls.slice(index).filter(({ operation }) => CHANGES.has(operation))
    return changes.map(({ operation, path }) => `${operation} ${path}`)
  }

  open(options: OpenOptions<'bytes'> = {}): Promise<KeyValueStore> {
    return open<'bytes'>(STORE, { ...options, fileSystem: this.faulty })
  }

  /** Fails the next calls of an operation on files whose path ends so, `times` of them; returns how often it did. */
  failNext(operation: string, ending: string, fault: Fault | Fault['error'] = 'EIO', times = 1): () => number {
    const found = typeof fault === 'string' ? { error: fault } : fault
    const { plan } = this.faulty
    let left = times
    this.faulty.plan = (call) => {
      if (left === 0 || call.operation !== operation || !call.path.includes(ending)) return plan(call)
      left--
      return found
    }
    return () => times - left
  }

  /** Resolves while the next such call is on its way, before an asynchronous one has taken effect. */
  nextCall(operation: string, ending: string): Promise<void> {
    const { plan } = this.faulty
    return new Promise((resolve) => {
      this.faulty.plan = (call) => {
        if (call.operation === operation && call.path.endsWith(ending)) resolve()
        return plan(call)
      }
    })
  }

  heal(): void {
    this.faulty.plan = () => undefined
  }

  killed(): FaultDisk {
    return new FaultDisk(this.disk.killed())
  }

  powerCut(): FaultDisk {
    return new FaultDisk(this.disk.powerCut())
  }
}

/** All that a reader sees, as text. */
export function contentOf(reader: Pick<Reader, 'scan'>): string {
  return [...reader.scan({ encoding: 'utf8' })].map(([key, value]) => `${key}=${value}`).join(' ')
}

/** Opens what is on a disk, reads all of it, checks it, and closes it again. */
export async function contentOn(disk: FaultDisk, options: OpenOptions<'bytes'> = {}): Promise<string> {
  const store = await disk.open(options)
  const content = contentOf(store)
  await store.verify()
  await store.close()
  if (disk.openFiles !== 0) throw new Error(`${disk.openFiles} files stay open`)
  return content
}
