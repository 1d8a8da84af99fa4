import { VarveError } from '../errors.ts'
import type { DirectoryLock } from '../fs/file-system.ts'
import type { Encoding, KeyRange, KeyValueStore, VerifyReport, WriteOptions } from '../kv-store/kv-store.ts'
import { checkCompactOptions, checkWriteOptions } from '../kv-store/operation-options.ts'
import { isEmpty, toBounds, toDoomedBounds } from '../kv-store/range.ts'
import { OpenStore } from '../store/open-store.ts'
import type { Pin } from '../store/store-snapshot.ts'
import { BTreeCore, ROOT } from './btree-core.ts'
import { type BTreeStatistics, btreeStatistics } from './btree-statistics.ts'
import { clearRange } from './clear-range.ts'
import { closeBTree } from './close-btree.ts'
import type { RecoveredTree } from './recovery.ts'
import { checkTree, type TreeShape } from './tree/tree-check.ts'
import { verifyBTree } from './verify-btree.ts'

/** The B-tree's face: checks what comes in and passes it to the parts that do the work. */
export class BTreeStore<E extends Encoding> extends OpenStore<E, BTreeCore> implements KeyValueStore<E> {
  constructor(recovered: RecoveredTree, lock: DirectoryLock | undefined) {
    super(new BTreeCore(recovered), recovered.report, lock)
  }

  async clear(range?: KeyRange, options?: WriteOptions): Promise<void> {
    const durability = checkWriteOptions(options, this.durability)
    const bounds = toDoomedBounds(range)
    this.checkWritable()
    if (!isEmpty(bounds)) await clearRange(this.core, bounds, durability)
  }

  approximateSize(range?: KeyRange): number {
    const bounds = toBounds(range)
    return isEmpty(bounds) ? 0 : this.core.reads.approximateSize(bounds, this.currentSequence())
  }

  /** A checkpoint: everything written so far is in the pages, and durable, when it resolves. */
  async flush(): Promise<void> {
    this.checkWritable()
    await this.core.flush('flush')
  }

  /** There is nothing to merge: a checkpoint, as `flush`. */
  async compact(range?: KeyRange, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    toBounds(range)
    const signal = checkCompactOptions(options)
    this.checkWritable()
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

  protected override get published(): number {
    return this.core.writes.published
  }

  protected override get isSynced(): boolean {
    return this.core.parts.logs.isSynced
  }

  /** Pages that a snapshot sees are kept in memory when they change. */
  protected override pin(sequence: number): Pin<undefined> {
    const { versions } = this.core.parts.pager
    versions.open(sequence)
    return { view: undefined, release: () => versions.close(sequence) }
  }

  protected override end(): Promise<void> {
    return closeBTree(this.core)
  }
}
