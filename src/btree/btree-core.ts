import { JobRun } from '../fs/job-run.ts'
import { Retry } from '../store/retry.ts'
import { LargestSlice } from '../store/slice-meter.ts'
import { SnapshotList } from '../store/snapshots.ts'
import { StallClock } from '../store/stall-clock.ts'
import { CommitQueue } from '../wal/commit-queue.ts'
import type { BTreeContext } from './btree-context.ts'
import { Checkpointer } from './checkpointer.ts'
import { HeapTable, lastHeapPage } from './heap/heap-table.ts'
import { HeapReadPath } from './heap-read-path.ts'
import { ReadPath } from './read-path.ts'
import type { RecoveredTree } from './recovery.ts'
import { Tree } from './tree/tree.ts'
import { WritePath } from './write-path.ts'

/** The page of the root, for ever: the first one that a new store allocates. */
export const ROOT = 1

const GROUP_BYTES_MIN = 4096
/** Of the cache: a group's pages are held twice until it is published. */
const GROUP_SHARE = 256

/** The parts of an open B-tree, put together. */
export class BTreeCore {
  readonly context: BTreeContext
  readonly parts: RecoveredTree
  readonly tree: Tree
  readonly reads: ReadPath
  readonly writes: WritePath
  readonly queue: CommitQueue
  readonly checkpointer: Checkpointer
  readonly snapshots: SnapshotList = new SnapshotList()
  readonly stalls: StallClock
  readonly slices: LargestSlice

  constructor(parts: RecoveredTree) {
    const { pager } = parts
    const { options, runtime, fileSystem, driver } = parts.context
    this.slices = new LargestSlice(() => {
      const { writtenBytes } = fileSystem.counts
      return writtenBytes.page + writtenBytes['double-write'] + writtenBytes.manifest
    })
    const context = { ...parts.context, driver: { ...driver, meter: this.slices } }
    this.context = parts.context
    this.parts = parts
    this.stalls = new StallClock(parts.context.observer)
    this.tree = new Tree(pager, ROOT, { rightmostFill: options.rightmostFill })
    const hasHeap = lastHeapPage(pager) !== 0
    this.reads = hasHeap ? new HeapReadPath(pager, ROOT) : new ReadPath(pager, ROOT)
    this.checkpointer = new Checkpointer(
      context,
      parts,
      (again) => new Retry(runtime, again),
      (trigger) => this.#requestCheckpoint(trigger),
    )
    const rested = (): void => this.queue.releaseMemory()
    const rows = hasHeap ? new HeapTable(pager, this.tree) : this.tree
    this.writes = new WritePath(parts.context, parts, rows, this.checkpointer, this.stalls, rested)
    const share = Math.max(GROUP_BYTES_MIN, Math.floor(options.cacheBytes / GROUP_SHARE))
    const limits = {
      lingerMs: options.commitLingerMs,
      maxGroupBytes: Math.min(options.maxGroupBytes, share),
      maxPendingBytes: options.maxPendingBytes,
    }
    this.queue = new CommitQueue(this.writes, limits, parts.logs.lastSequence)
  }

  /** Puts everything written so far into the pages; resolves when they are durable. */
  async flush(trigger: 'flush' | 'close'): Promise<void> {
    await this.queue.run(() => this.writes.checkpoint(trigger))
    await new JobRun(this.checkpointer.settle(), this.context.driver).finish()
  }

  #requestCheckpoint(trigger: 'interval' | 'rows' | 'log' | 'flush' | 'close' | 'recovery'): void {
    // What refuses it is told to whoever writes next.
    this.queue.run(() => this.writes.checkpoint(trigger)).catch(() => {})
  }
}
