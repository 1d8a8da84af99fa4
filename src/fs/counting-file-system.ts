import { VarveError } from '../errors.ts'
import { LatencyHistogram } from '../observe/latency-histogram.ts'
import { type Clock, Stopwatch } from '../observe/latency-sampler.ts'
import { nodeRuntime } from '../runtime.ts'
import { CountingFileHandle } from './counting-file-handle.ts'
import { emptyCounts, type FileCounts } from './file-counts.ts'
import type {
  DirectoryLock,
  FileHandle,
  FileStatus,
  FileSystem,
  LockHolder,
  OpenMode,
  WriteCategory,
} from './file-system.ts'
import { WriteGate } from './write-gate.ts'

/**
 * Counts what passes through to another file system; every figure of amplification comes from here. Once its gate is closed, it lets nothing through
 * but reads.
 */
export class CountingFileSystem implements FileSystem {
  readonly counts: FileCounts = emptyCounts()
  readonly gate: WriteGate
  /** How long syncs took, of files and directories. */
  readonly syncLatency: LatencyHistogram = new LatencyHistogram()
  readonly #inner: FileSystem
  readonly #clock: Clock

  constructor(inner: FileSystem, clock: Clock = nodeRuntime, gate: WriteGate = new WriteGate()) {
    this.#inner = inner
    this.#clock = clock
    this.gate = gate
  }

  get downgrades(): readonly string[] {
    return this.#inner.downgrades
  }

  status(path: string): FileStatus | undefined {
    this.counts.calls.status++
    return this.#inner.status(path)
  }

  list(directory: string): string[] {
    this.counts.calls.list++
    return this.#inner.list(directory)
  }

  makeDirectory(path: string): string[] {
    this.gate.pass()
    this.counts.calls.makeDirectory++
    return this.#inner.makeDirectory(path)
  }

  removeDirectory(path: string): void {
    this.gate.pass()
    this.counts.calls.removeDirectory++
    this.#inner.removeDirectory(path)
  }

  /** Refuses to open for writing without a category: bytes that nobody counts would make every amplification look better. */
  open(path: string, mode: OpenMode, category?: WriteCategory): FileHandle {
    if (mode !== 'read' && category === undefined) {
      throw new VarveError('INVALID_ARGUMENT', `opening ${path} to '${mode}' needs a write category: give one`)
    }
    if (mode !== 'read') this.gate.pass()
    this.counts.calls.open++
    const handle = this.#inner.open(path, mode, category)
    this.counts.openFiles++
    return new CountingFileHandle(handle, this.counts, this.gate, category ?? 'other', () => this.#timedSync())
  }

  rename(from: string, to: string): void {
    this.gate.pass()
    this.counts.calls.rename++
    this.#inner.rename(from, to)
  }

  unlinkSync(path: string): void {
    this.gate.pass()
    this.counts.calls.unlink++
    this.#inner.unlinkSync(path)
  }

  async unlink(path: string): Promise<void> {
    this.gate.pass()
    this.counts.calls.unlink++
    await this.#inner.unlink(path)
  }

  syncDirectorySync(path: string): void {
    this.gate.pass()
    this.counts.calls.syncDirectory++
    const sync = this.#timedSync()
    this.#inner.syncDirectorySync(path)
    sync.stop()
    this.counts.directorySyncs++
  }

  async syncDirectory(path: string): Promise<void> {
    this.gate.pass()
    this.counts.calls.syncDirectory++
    const sync = this.#timedSync()
    await this.#inner.syncDirectory(path)
    sync.stop()
    this.counts.directorySyncs++
  }

  lock(directory: string): Promise<DirectoryLock> {
    this.counts.calls.lock++
    return this.#inner.lock(directory)
  }

  lockHolder(directory: string): Promise<LockHolder | undefined> {
    this.counts.calls.lockHolder++
    return this.#inner.lockHolder(directory)
  }

  #timedSync(): Stopwatch {
    return new Stopwatch(this.#clock, this.syncLatency, 1)
  }
}
