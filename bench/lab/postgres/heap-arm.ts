import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openBTree } from '../../../src/btree/open-btree.ts'
import { freshScratch } from '../../project.ts'
import type { Load } from './load.ts'
import { processTreeIo } from './process-tree-io.ts'
import { ROW_BYTES, Rows } from './rows.ts'

/** What our heap with its index wrote for the same load; bytes unless it says otherwise. */
export interface HeapResult {
  readonly checkpoints: number
  readonly images: number
  readonly logBytes: number
  /** Of the log: what one row took, without splits and images. */
  readonly rowLogBytes: number
  readonly pages: number
  readonly tablePages: number
  readonly indexLeaves: number
  readonly indexLeafDensity: number
  readonly leafSplits: number
  readonly checkpointFileBytes: number
  readonly wchar: number
  readonly seconds: number
  readonly amplification: number
}

/** The same rows in the same order, with a checkpoint at the same distances; `scratch` names a folder of data/scratch. */
export async function loadHeap(load: Load, scratch = 'lab-heap'): Promise<HeapResult> {
  const directory = freshScratch(scratch)
  const store = await openBTree<'bytes'>(join(directory, 'store'), {
    layout: 'heap',
    tornPageProtection: load.fullPageWrites ? 'full-page-images' : 'none',
    cacheBytes: 2 ** 30,
    checkpointLogBytes: 2 ** 30,
    checkpointIntervalMs: 0,
    durability: 'none',
  })
  try {
    const ioBefore = processTreeIo(process.pid)
    const started = performance.now()
    const source = new Rows(load.seed)
    for (let done = 0; done < load.rows; ) {
      const count = Math.min(
        load.rowsPerTransaction,
        load.rowsPerCheckpoint - (done % load.rowsPerCheckpoint),
        load.rows - done,
      )
      await store.batch(
        Array.from({ length: count }, () => {
          source.next()
          return { type: 'put' as const, key: Uint8Array.from(source.key), value: Uint8Array.from(source.value) }
        }),
      )
      done += count
      if (done % load.rowsPerCheckpoint === 0 || done === load.rows) await store.flush()
    }
    const seconds = (performance.now() - started) / 1000
    const { btree } = store.stats()
    const { pager, writtenBytes, tree } = btree
    const shape = store.shape()
    const pages = writtenBytes.page / btree.pageBytes
    return {
      checkpoints: pager.checkpoints.flush + pager.checkpoints.log,
      images: pager.fullPageImages,
      logBytes: writtenBytes.log,
      rowLogBytes: (writtenBytes.log - pager.logBytes.split - pager.logBytes.fullPageImage) / load.rows,
      pages,
      tablePages: btree.pages - shape.leaves - shape.internals - 1,
      indexLeaves: shape.leaves,
      indexLeafDensity: 100 * shape.leafFill,
      leafSplits: tree.leafSplitsMiddle + tree.leafSplitsRightmost,
      checkpointFileBytes: writtenBytes.checkpointFile,
      wchar: processTreeIo(process.pid).wchar - ioBefore.wchar,
      seconds,
      amplification: (writtenBytes.log + writtenBytes.page) / (load.rows * ROW_BYTES),
    }
  } finally {
    await store.close()
    rmSync(directory, { recursive: true, force: true })
  }
}
