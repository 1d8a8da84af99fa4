import type { Stopwatch } from '../observe/latency-sampler.ts'
import type { FileCounts } from './file-counts.ts'
import type { FileHandle, WriteCategory } from './file-system.ts'
import type { WriteGate } from './write-gate.ts'

/** Every append and every read of a store goes through here: one addition each, nothing is allocated by the synchronous forms. */
export class CountingFileHandle implements FileHandle {
  readonly path: string
  readonly #inner: FileHandle
  readonly #counts: FileCounts
  readonly #gate: WriteGate
  readonly #category: WriteCategory
  readonly #timedSync: () => Stopwatch
  #open = true

  constructor(
    inner: FileHandle,
    counts: FileCounts,
    gate: WriteGate,
    category: WriteCategory,
    timedSync: () => Stopwatch,
  ) {
    this.path = inner.path
    this.#inner = inner
    this.#counts = counts
    this.#gate = gate
    this.#category = category
    this.#timedSync = timedSync
  }

  sizeSync(): number {
    return this.#inner.sizeSync()
  }

  readSync(target: Uint8Array, offset: number): number {
    this.#counts.calls.read++
    const bytes = this.#inner.readSync(target, offset)
    this.#counts.readBytes += bytes
    return bytes
  }

  async read(target: Uint8Array, offset: number): Promise<number> {
    this.#counts.calls.read++
    const bytes = await this.#inner.read(target, offset)
    this.#counts.readBytes += bytes
    return bytes
  }

  appendSync(bytes: Uint8Array): void {
    this.#gate.pass()
    this.#counts.calls.append++
    this.#inner.appendSync(bytes)
    this.#counts.writtenBytes[this.#category] += bytes.length
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#gate.pass()
    this.#counts.calls.append++
    await this.#inner.append(bytes)
    this.#counts.writtenBytes[this.#category] += bytes.length
  }

  writeSync(bytes: Uint8Array, offset: number): void {
    this.#gate.pass()
    this.#counts.calls.write++
    this.#inner.writeSync(bytes, offset)
    this.#counts.writtenBytes[this.#category] += bytes.length
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    this.#gate.pass()
    this.#counts.calls.write++
    await this.#inner.write(bytes, offset)
    this.#counts.writtenBytes[this.#category] += bytes.length
  }

  truncateSync(size: number): void {
    this.#gate.pass()
    this.#counts.calls.truncate++
    this.#inner.truncateSync(size)
  }

  async truncate(size: number): Promise<void> {
    this.#gate.pass()
    this.#counts.calls.truncate++
    await this.#inner.truncate(size)
  }

  syncSync(): void {
    this.#gate.pass()
    this.#counts.calls.sync++
    const sync = this.#timedSync()
    this.#inner.syncSync()
    sync.stop()
    this.#counts.syncs++
  }

  async sync(): Promise<void> {
    this.#gate.pass()
    this.#counts.calls.sync++
    const sync = this.#timedSync()
    await this.#inner.sync()
    sync.stop()
    this.#counts.syncs++
  }

  close(): void {
    if (this.#open) this.#counts.openFiles--
    this.#open = false
    this.#inner.close()
  }
}
