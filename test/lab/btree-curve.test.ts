import { describe, expect, test } from 'vitest'
import { type Amplification, clusteredAmplification, type Protection } from '../../bench/lab/oracle/btree-arms.ts'
import { clusteredLayout, heightOf, randomLeaves } from '../../bench/lab/oracle/btree-layout.ts'
import { Rows } from '../../bench/lab/postgres/rows.ts'
import { openBTree } from '../../src/btree/open-btree.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'

const PAGE_BYTES = 4096
const ROWS = 20_000
const layout = clusteredLayout(PAGE_BYTES, 16, 100)

/** What the store wrote, by the oracle's classes. */
async function measure(
  protection: Protection,
  rowsPerCheckpoint: number,
): Promise<Omit<Amplification, 'splitPages'> & { readonly height: number }> {
  const store = await openBTree<'bytes'>('/store', {
    fileSystem: new MemoryFileSystem(),
    pageBytes: PAGE_BYTES,
    cacheBytes: 2 ** 27,
    checkpointLogBytes: 2 ** 30,
    checkpointIntervalMs: 0,
    tornPageProtection: protection,
  })
  const source = new Rows(9)
  for (let row = 1; row <= ROWS; row++) {
    source.next()
    store.putSync(source.key, source.value, { durability: 'none' })
    if (row % rowsPerCheckpoint === 0) await store.flush()
  }
  const { btree } = store.stats()
  const { logBytes, checkpoints } = btree.pager
  const { log, page, doubleWrite, checkpointFile } = btree.writtenBytes
  await store.close()
  const perByte = (bytes: number): number => bytes / (ROWS * layout.rowBytes)
  return {
    checkpoints: checkpoints.flush,
    row: perByte(log - logBytes.split - logBytes.fullPageImage),
    split: perByte(logBytes.split),
    image: perByte(logBytes.fullPageImage),
    page: perByte(page),
    doubleWrite: perByte(doubleWrite),
    places: protection === 'copy-on-write' ? perByte(checkpointFile) : 0,
    eviction: 0,
    total: perByte(log + page + doubleWrite + (protection === 'copy-on-write' ? checkpointFile : 0)),
    height: btree.height,
  }
}

function expectNear(actual: number, expected: number, tolerance: number, what: string): void {
  if (expected === 0) expect(actual, what).toBe(0)
  else expect(Math.abs(actual / expected - 1), `${what}: ${actual} instead of ${expected}`).toBeLessThan(tolerance)
}

describe('the store writes what the oracle says, of pages and images within 3 %', () => {
  const protections = ['none', 'full-page-images', 'double-write', 'copy-on-write'] as const
  const cases = protections.flatMap((protection) => [10_000, 1000, 200].map((rows) => [protection, rows] as const))

  test.each(cases)(
    '%s, a checkpoint every %i rows',
    async (protection, rowsPerCheckpoint) => {
      const measured = await measure(protection, rowsPerCheckpoint)
      const load = { rows: ROWS, rowsPerCheckpoint, logBytesPerRow: measured.row * layout.rowBytes, protection }
      const foreseen = clusteredAmplification(layout, load)
      expect(measured.checkpoints).toBe(foreseen.checkpoints)
      expect(measured.height).toBe(heightOf(layout, ROWS))
      expectNear(measured.page, foreseen.page + foreseen.splitPages, 0.03, 'pages')
      expectNear(measured.image, foreseen.image, 0.03, 'images')
      expectNear(measured.split, foreseen.split, 0.05, 'splits')
      expectNear(measured.doubleWrite, foreseen.doubleWrite, 0.05, 'second copies')
      // Their record has a head, and pages lie further out than there are pages.
      expectNear(measured.places, foreseen.places, 0.25, 'places')
      expectNear(measured.total, foreseen.total, 0.05, 'in all')
    },
    60_000,
  )

  test('rests on a tree of so many leaves', () => {
    expect(Math.round(randomLeaves(layout, ROWS))).toBe(902)
  })
})
