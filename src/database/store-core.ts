import type { RecoveryReport } from '../kv-store/recovery-report.ts'
import { tableName } from '../manifest/file-names.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import { LargestSlice } from '../store/slice-meter.ts'
import { SnapshotList } from '../store/snapshots.ts'
import { StallClock } from '../store/stall-clock.ts'
import { BlockCache } from '../table/block-cache.ts'
import { TableCache } from '../table/table-cache.ts'
import { TableCounters, type TableShared } from '../table/table-shared.ts'
import { CommitQueue } from '../wal/commit-queue.ts'
import { Background } from './background.ts'
import type { StoreContext } from './context.ts'
import { LiveVersions } from './live-versions.ts'
import { ManifestKeeper } from './manifest-keeper.ts'
import { PickTimer } from './pick-timer.ts'
import { ReadPath } from './read-path.ts'
import type { RecoveredStore } from './recovery.ts'
import { StoreLogs } from './store-logs.ts'
import { tableBuilder } from './table-builder.ts'
import { TableWork } from './table-work.ts'
import { Tree } from './tree.ts'
import { WritePath } from './write-path.ts'

const GROUP_BYTES_MIN = 1024

/** The parts of an open store, put together. */
export class StoreCore {
  readonly context: StoreContext
  /** What opening found. */
  readonly report: RecoveryReport
  readonly shared: TableShared
  readonly tables: TableCache
  readonly tree: Tree
  readonly manifest: ManifestKeeper
  readonly logs: StoreLogs
  readonly snapshots: SnapshotList = new SnapshotList()
  readonly stalls: StallClock
  readonly slices: LargestSlice
  readonly work: TableWork
  readonly background: Background
  readonly writes: WritePath
  readonly reads: ReadPath
  readonly queue: CommitQueue
  /** File numbers from here on were taken in this life. */
  readonly firstNumber: number

  constructor(recovered: RecoveredStore) {
    const { context, logs, lastSequence } = recovered
    const { options, fileSystem, directory } = context
    this.context = context
    this.firstNumber = recovered.nextNumber
    this.report = recovered.report
    this.shared = { cache: new BlockCache(options.blockCacheBytes), counters: new TableCounters() }
    // A read-only store keeps the files that it saw open: a writer may remove their names.
    const maxOpenFiles = options.readOnly ? Number.POSITIVE_INFINITY : options.maxOpenFiles
    const openTable = (number: number) => fileSystem.open(`${directory}/${tableName(number)}`, 'read')
    this.tables = new TableCache(openTable, maxOpenFiles, this.shared)
    const versions = new LiveVersions(recovered.manifest.state.version, (table) => this.#remove(table))
    this.tree = new Tree(recovered.memtable, versions, lastSequence, recovered.memory)
    this.manifest = new ManifestKeeper(context, recovered.manifest, recovered.nextNumber)
    this.logs = new StoreLogs(context, this.manifest, logs, lastSequence)
    this.stalls = new StallClock(context.observer)
    this.slices = new LargestSlice(() => {
      const { readBytes, writtenBytes } = fileSystem.counts
      return readBytes + writtenBytes.flush + writtenBytes.compaction + writtenBytes.manifest
    })
    const due = new PickTimer(context, () => {
      this.work.askAgain()
      this.background.wake()
    })
    const builder = tableBuilder(context, this.tables)
    this.work = new TableWork(context, this.tree, this.manifest, this.logs, this.snapshots, builder, due)
    this.background = new Background({ ...context, driver: { ...context.driver, meter: this.slices } }, this.work)
    context.health.onStop((error) => {
      this.background.noteProgress()
      this.work.requests.cancelAll(error)
    })
    const rotated = (number: number): void => {
      this.work.rotatedTo(number)
      this.background.wake()
    }
    const rested = (): void => {
      this.queue.releaseMemory()
      // Writers that wait for room will want the memory soon.
      if (this.queue.isIdle) this.tree.rest()
    }
    const { tree, background, stalls } = this
    this.writes = new WritePath(context, tree, this.logs, background, stalls, logs[0] ?? 0, rotated, rested)
    this.reads = new ReadPath(this.tree, this.tables)
    const maxGroupBytes = Math.min(options.maxGroupBytes, Math.max(options.memtableBytes >> 2, GROUP_BYTES_MIN))
    const limits = { lingerMs: options.commitLingerMs, maxGroupBytes, maxPendingBytes: options.maxPendingBytes }
    this.queue = new CommitQueue(this.writes, limits, lastSequence)
  }

  /** Waits until no memtable waits for its flush. */
  async flush(): Promise<void> {
    await this.queue.run(() => this.writes.rotate())
    await this.background.until(() => this.tree.immutable === undefined).wait()
  }

  #remove(table: TableEntry): void {
    const { directory, health, removal } = this.context
    this.tables.evict(table.number)
    // After a failed sync nothing is unlinked: the manifest on disk may still name it.
    if (health.poisoned === undefined) removal.remove(`${directory}/${tableName(table.number)}`)
  }
}
