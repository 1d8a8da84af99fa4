import { VarveError } from '../errors.ts'
import type { DirectoryLock } from '../fs/file-system.ts'
import type { Encoding, KeyRange, KeyValueStore, Snapshot, VerifyReport, WriteOptions } from '../kv-store/kv-store.ts'
import { checkCompactOptions, checkWriteOptions } from '../kv-store/operation-options.ts'
import { isEmpty, toBounds, toDoomedBounds } from '../kv-store/range.ts'
import type { RecoveryReport } from '../kv-store/recovery-report.ts'
import type { Scan } from '../kv-store/scan.ts'
import { countRange } from '../store/count-range.ts'
import { StoreWriter } from '../store/store-writer.ts'
import { BTreeCore, ROOT } from './btree-core.ts'
import { BTreeSnapshot } from './btree-snapshot.ts'
import { type BTreeStatistics, btreeStatistics } from './btree-statistics.ts'
import { clearRange } from './clear-range.ts'
import { closeBTree } from './close-btree.ts'
import type { RecoveredTree } from './recovery.ts'
import { checkTree, type TreeShape } from './tree/tree-check.ts'
import { verifyBTree } from './verify-btree.ts'

/** The B-tree's face: checks what comes in and passes it to the parts that do the work. */
export class BTreeStore<E extends Encoding> extends StoreWriter<E, BTreeCore> implements KeyValueStore<E> {
  readonly recovery: RecoveryReport
  readonly #lock: DirectoryLock | undefined
  readonly #openSnapshots = new Set<BTreeSnapshot<E>>()
  #closing: Promise<void> | undefined

  constructor(recovered: RecoveredTree, lock: DirectoryLock | undefined) {
    super(new BTreeCore(recovered), new Set<Scan<Encoding>>(), recovered.context.options.durability)
    this.recovery = recovered.report
    this.#lock = lock
  }

  snapshot(): Snapshot<E> {
    this.core.context.health.checkOpen()
    const onClose = (): void => {
      this.#openSnapshots.delete(snapshot)
    }
    const snapshot: BTreeSnapshot<E> = new BTreeSnapshot<E>(this.core, this.scans, this.core.writes.published, onClose)
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
    return isEmpty(bounds) ? 0 : this.core.reads.approximateSize(bounds, this.currentSequence())
  }

  async sync(): Promise<void> {
    const { queue, parts, context } = this.core
    context.health.checkNotPoisoned()
    if (context.options.readOnly || (queue.isIdle && parts.logs.isSynced)) return
    queue.begin(0, 'power')
    await queue.end(0)
  }

  /** A checkpoint: everything written so far is in the pages, and durable, when it resolves. */
  async flush(): Promise<void> {
    this.#checkWritable()
    await this.core.flush('flush')
  }

  /** There is nothing to merge: a checkpoint, as `flush`. */
  async compact(range?: KeyRange, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    toBounds(range)
    const signal = checkCompactOptions(options)
    this.#checkWritable()
    if (signal?.aborted === true) {
      throw new VarveError('ABORTED', 'the signal ended this compaction', { cause: signal.reason })
    }
    await this.core.flush('flush')
  }

  async verify(): Promise<VerifyReport> {
    this.core.context.health.checkOpen()
    return verifyBTree(this.core)
  }

  stats(): BTreeStatistics {
    this.core.context.health.checkOpen()
    return btreeStatistics(this.core, this.scans.size)
  }

  /** Reads the whole tree, in one go, and tells what it looks like: entries, leaves, their fill, height. */
  shape(): TreeShape {
    return checkTree(this.core.parts.pager.view(this.currentSequence()), ROOT)
  }

  async resume(): Promise<void> {
    const { queue, writes, checkpointer } = this.core
    const { health } = this.core.context
    health.checkNotPoisoned()
    if (health.suspended === undefined) return
    health.resume()
    checkpointer.resume()
    await queue.run(() => writes.prepare())
    queue.wake()
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
    return this.core.writes.published
  }

  protected override sequenceOf(snapshot: Snapshot): number {
    return BTreeSnapshot.sequenceOf(snapshot, this.core)
  }

  async #close(): Promise<void> {
    // From here on every call is refused; what was called before is still carried out.
    this.core.context.health.close()
    for (const scan of [...this.scans]) scan.interrupt(new VarveError('CLOSED', 'the store of this scan was closed'))
    for (const snapshot of [...this.#openSnapshots]) snapshot.close()
    try {
      await closeBTree(this.core)
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
