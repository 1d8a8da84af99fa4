import { VarveError } from '../errors.ts'
import type { DirectoryLock } from '../fs/file-system.ts'
import type { Encoding, KeyRange, KeyValueStore, VerifyReport, WriteOptions } from '../kv-store/kv-store.ts'
import { checkCompactOptions, checkWriteOptions } from '../kv-store/operation-options.ts'
import { isEmpty, toBounds, toDoomedBounds } from '../kv-store/range.ts'
import type { StoreStatistics } from '../kv-store/statistics.ts'
import { OpenStore } from '../store/open-store.ts'
import type { Pin } from '../store/store-snapshot.ts'
import { clearRange } from './clear-range.ts'
import { closeStore } from './close-store.ts'
import { compactRange } from './compact-range.ts'
import type { RecoveredStore } from './recovery.ts'
import { StoreCore } from './store-core.ts'
import { storeStatistics } from './store-statistics.ts'
import type { ReadView } from './tree.ts'
import { verifyStore } from './verify-store.ts'

/** The LSM engine's face: checks what comes in and passes it to the parts that do the work. */
export class LsmStore<E extends Encoding> extends OpenStore<E, StoreCore, ReadView> implements KeyValueStore<E> {
  constructor(recovered: RecoveredStore, lock: DirectoryLock | undefined) {
    super(new StoreCore(recovered), recovered.report, lock)
    this.core.background.wake()
  }

  /**
   * For a read-only store: what is open stays readable whatever a later writer does. A damaged table is left to the reads
   * that need it, as in a store that writes: they throw what is wrong with it, and `verify` tells of all.
   */
  openAllTables(): void {
    for (const table of this.core.tree.versions.current.tables()) {
      try {
        this.core.tables.get(table)
      } catch (error) {
        if (!(error instanceof VarveError) || error.code !== 'CORRUPTION') throw error
      }
    }
  }

  async clear(range?: KeyRange, options?: WriteOptions): Promise<void> {
    const durability = checkWriteOptions(options, this.durability)
    const bounds = toDoomedBounds(range)
    this.checkWritable()
    if (!isEmpty(bounds)) await clearRange(this.core, bounds, durability)
  }

  approximateSize(range?: KeyRange): number {
    const bounds = toBounds(range)
    this.core.context.health.checkOpen()
    return isEmpty(bounds) ? 0 : this.core.reads.approximateSize(bounds)
  }

  async flush(): Promise<void> {
    this.checkWritable()
    await this.core.flush()
  }

  async compact(range?: KeyRange, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    const bounds = toBounds(range)
    const signal = checkCompactOptions(options)
    this.checkWritable()
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

  protected override get published(): number {
    return this.core.tree.published
  }

  protected override get isSynced(): boolean {
    return this.core.logs.isSynced
  }

  /** Flush and merge keep every version that a snapshot sees; where tables may be dropped, it also holds on to those. */
  protected override pin(): Pin<ReadView> {
    const view = this.core.work.mayDrop ? this.core.tree.view() : undefined
    return { view, release: () => view?.pinned.release() }
  }

  protected override end(): Promise<void> {
    return closeStore(this.core)
  }
}
