import { VarveError } from '../errors.ts'
import type { DirectoryLock } from '../fs/file-system.ts'
import type { Encoding, KeyRange, KeyValueStore, Snapshot, VerifyReport, WriteOptions } from '../kv-store/kv-store.ts'
import { checkCompactOptions, checkWriteOptions } from '../kv-store/operation-options.ts'
import { isEmpty, toBounds, toDoomedBounds } from '../kv-store/range.ts'
import type { RecoveryReport } from '../kv-store/recovery-report.ts'
import type { Scan } from '../kv-store/scan.ts'
import type { StoreStatistics } from '../kv-store/statistics.ts'
import { countRange } from '../store/count-range.ts'
import { StoreWriter } from '../store/store-writer.ts'
import { clearRange } from './clear-range.ts'
import { closeStore } from './close-store.ts'
import { compactRange } from './compact-range.ts'
import type { RecoveredStore } from './recovery.ts'
import { StoreCore } from './store-core.ts'
import { StoreSnapshot } from './store-snapshot.ts'
import { storeStatistics } from './store-statistics.ts'
import type { ReadView } from './tree.ts'
import { verifyStore } from './verify-store.ts'

/** The LSM engine's face: checks what comes in and passes it to the parts that do the work. */
export class LsmStore<E extends Encoding> extends StoreWriter<E, StoreCore, ReadView> implements KeyValueStore<E> {
  readonly recovery: RecoveryReport
  readonly #lock: DirectoryLock | undefined
  readonly #openSnapshots = new Set<StoreSnapshot<E>>()
  #closing: Promise<void> | undefined

  constructor(recovered: RecoveredStore, lock: DirectoryLock | undefined) {
    super(new StoreCore(recovered), new Set<Scan<Encoding>>(), recovered.context.options.durability)
    this.recovery = recovered.report
    this.#lock = lock
    this.core.background.wake()
  }

  /** For a read-only store: what is open stays readable whatever a later writer does. */
  openAllTables(): void {
    for (const table of this.core.tree.versions.current.tables()) this.core.tables.get(table)
  }

  snapshot(): Snapshot<E> {
    this.core.context.health.checkOpen()
    const onClose = (): void => {
      this.#openSnapshots.delete(snapshot)
    }
    const snapshot: StoreSnapshot<E> = new StoreSnapshot<E>(this.core, this.scans, this.core.tree.published, onClose)
    this.#openSnapshots.add(snapshot)
    return snapshot
  }

  async clear(range?: KeyRange, options?: WriteOptions): Promise<void> {
    const durability = checkWriteOptions(options, this.durability)
    const bounds = toDoomedBounds(range)
    this.#checkWritable()
    if (!isEmpty(bounds)) await clearRange(this.core, bounds, durability)
  }

  async count(range?: KeyRange): Promise<number> {
    const bounds = toBounds(range)
    return countRange(this.core, bounds, this.currentSequence())
  }

  approximateSize(range?: KeyRange): number {
    const bounds = toBounds(range)
    this.core.context.health.checkOpen()
    return isEmpty(bounds) ? 0 : this.core.reads.approximateSize(bounds)
  }

  async sync(): Promise<void> {
    const { queue, logs, context } = this.core
    context.health.checkNotPoisoned()
    if (context.options.readOnly || (queue.isIdle && logs.isSynced)) return
    queue.begin(0, 'power')
    await queue.end(0)
  }

  async flush(): Promise<void> {
    this.#checkWritable()
    await this.core.flush()
  }

  async compact(range?: KeyRange, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    const bounds = toBounds(range)
    const signal = checkCompactOptions(options)
    this.#checkWritable()
    if (!isEmpty(bounds)) await compactRange(this.core, bounds, signal)
  }

  async verify(): Promise<VerifyReport> {
    this.core.context.health.checkOpen()
    return verifyStore(this.core)
  }

  stats(): StoreStatistics {
    this.core.context.health.checkOpen()
    return storeStatistics(this.core, this.scans.size)
  }

  async resume(): Promise<void> {
    const { queue, writes, background, tree } = this.core
    const { health } = this.core.context
    health.checkNotPoisoned()
    if (health.suspended === undefined) return
    health.resume()
    await queue.run(() => writes.prepare())
    background.retry()
    queue.wake()
    await background.until(() => tree.immutable === undefined).wait()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  protected override currentSequence(): number {
    this.core.context.health.checkOpen()
    return this.core.tree.published
  }

  protected override sequenceOf(snapshot: Snapshot): number {
    return StoreSnapshot.sequenceOf(snapshot, this.core)
  }

  async #close(): Promise<void> {
    // From here on every call is refused; what was called before is still carried out.
    this.core.context.health.close()
    for (const scan of [...this.scans]) scan.interrupt(new VarveError('CLOSED', 'the store of this scan was closed'))
    for (const snapshot of [...this.#openSnapshots]) snapshot.close()
    try {
      await closeStore(this.core)
    } finally {
      this.#lock?.release()
      // A second close has nothing to report.
      this.#closing = Promise.resolve()
    }
  }

  #checkWritable(): void {
    const refusal = this.core.context.health.refusal()
    if (refusal !== undefined) throw refusal
  }
}
