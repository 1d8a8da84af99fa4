import { describe, expect, test } from 'vitest'
import { clusteredAmplification, type Protection } from '../../bench/lab/oracle/btree-arms.ts'
import { checkpointPagesByLog, pageWritesPerInsert, touchedFill } from '../../bench/lab/oracle/btree-checkpoints.ts'
import {
  heapAmplification,
  heapLayout,
  indexLayout,
  postgresLogBytesPerRow,
} from '../../bench/lab/oracle/btree-heap.ts'
import {
  clusteredLayout,
  heightOf,
  imageBytes,
  RANDOM_FILL,
  randomLeaves,
  splitsPerRandomInsert,
  splitsPerSequentialInsert,
} from '../../bench/lab/oracle/btree-layout.ts'

const MILLION = 1_000_000
const ROWS = 10 * MILLION
/** What the published table reckons for the log of a row, in bytes for each of the user's: a record of 19 bytes more. */
const LOG_FACTOR = 1.19

const layout8 = clusteredLayout(8192, 16, 100)
const layout16 = clusteredLayout(16384, 16, 100)

function amplify(
  checkpoints: number,
  protection: Protection,
  layout = layout8,
): ReturnType<typeof clusteredAmplification> {
  const rowsPerCheckpoint = Math.ceil(ROWS / checkpoints)
  return clusteredAmplification(layout, { rows: ROWS, rowsPerCheckpoint, logBytesPerRow: LOG_FACTOR * 116, protection })
}

function expectWithin(actual: number, expected: number, share: number, absolute = 0): void {
  const allowed = Math.max(share * expected, absolute)
  expect(Math.abs(actual - expected), `${actual} instead of ${expected}`).toBeLessThanOrEqual(allowed)
}

describe('ten million rows of 16 + 100 bytes at 8 KiB', () => {
  test('65 rows a leaf, 0.0222 splits a random insert, 222 K leaves, three levels', () => {
    expect(layout8).toEqual({ pageBytes: 8192, rowBytes: 116, cellBytes: 124, rowsPerLeaf: 65 })
    expectWithin(splitsPerRandomInsert(layout8), 0.0222, 0.001)
    expectWithin(randomLeaves(layout8, ROWS), 222_000, 0.001)
    expect([heightOf(layout8, 10), heightOf(layout8, 200_000), heightOf(layout8, ROWS)]).toEqual([1, 3, 3])
  })

  test('rows in order: 0.0171 splits at nine tenths, 1/65 at full leaves', () => {
    expectWithin(splitsPerSequentialInsert(layout8), 0.0171, 0.01)
    expect(splitsPerSequentialInsert(layout8, 1)).toBe(1 / 65)
  })

  test.each([
    [0.01, 70.3],
    [0.1, 67.2],
    [1, 44.6],
    [3, 22.4],
    [10, 7.06],
    [45, 1.57],
  ])('with %f inserts a page between checkpoints, pages cost %f bytes a byte', (x, expected) => {
    expectWithin((pageWritesPerInsert(x) * 8192) / 116, expected, 0.003)
  })

  // The published totals leave out pages that only splits change, the halves of split pages (but for images, where they count them as
  // 0.5), and that pages which are touched are fuller than others.
  test.each([
    [1, 1.57, 2.8, 3.3, 4.3, 4.3],
    [10, 8.6, 9.8, 15.3, 18.4, 18.3],
    [17, 13.8, 15, 24, 28.8, 29.2],
    [50, 30.5, 31.6, 52, 62, 75],
    [100, 42.3, 43.5, 73, 86, 120],
    [277, 56, 57.2, 96, 113, 187],
    [1000, 65.7, 66.9, 112, 133, 244],
    [1220, 66.6, 67.8, 114, 134, undefined],
  ])(
    '%i checkpoints: pages %f, in all %f, with images %f, double-write %f, at 16 KiB %s',
    (m, page, none, images, double, at16) => {
      const plain = amplify(m, 'none')
      expectWithin(plain.page, page, 0.01)
      expectWithin(plain.total - plain.split - plain.splitPages, none, 0.01, 0.06)
      const imaged = amplify(m, 'full-page-images')
      expectWithin(imaged.total - 1.7 * imaged.splitPages, images, 0.03, 0.35)
      const doubled = amplify(m, 'double-write')
      expectWithin(doubled.total - doubled.split - 2 * doubled.splitPages, double, 0.01, 0.06)
      const doubled16 = amplify(m, 'double-write', layout16)
      if (at16 !== undefined)
        expectWithin(doubled16.total - doubled16.split - 2 * doubled16.splitPages, at16, 0.01, 0.06)
    },
  )

  test('shadow paging writes a page once, and says with every checkpoint where all pages lie', () => {
    const shadow = amplify(100, 'copy-on-write')
    expect(shadow.page).toBe(amplify(100, 'none').page)
    // Three bytes a place, but for the first 16 K pages.
    expectWithin(shadow.places, (3 * 222_000 * 50.5) / (116 * ROWS), 0.1)
  })

  test('a cache that holds a share of the tree writes the rest at once', () => {
    const load = {
      rows: ROWS,
      rowsPerCheckpoint: ROWS,
      logBytesPerRow: 138,
      protection: 'none',
      hitRatio: 0.4,
    } as const
    expectWithin(clusteredAmplification(layout8, load).eviction, 70.6 * 0.6, 0.001)
  })
})

describe('checkpoints by log bytes', () => {
  const pagesPerRow = splitsPerRandomInsert(layout8)
  const logBytesPerRow = LOG_FACTOR * 116

  function byLog(megabytes: number, images: boolean): { readonly checkpoints: number; readonly total: number } {
    const image = images ? imageBytes(8192, RANDOM_FILL) : 0
    const distance = { pagesPerRow, logBytesPerRow, imageBytes: image, logBytesPerCheckpoint: megabytes * 1e6 }
    const pages = checkpointPagesByLog(distance, ROWS)
    const logged = logBytesPerRow * ROWS + pages.old * image
    return { checkpoints: pages.checkpoints, total: (logged + (pages.old + pages.fresh) * 8192) / (116 * ROWS) }
  }

  test('images bring the next checkpoint nearer, and that brings more images', () => {
    const withImages = byLog(565, true)
    expect(withImages.checkpoints).toBe(38)
    expectWithin(withImages.total, 44, 0.03)
    const without = byLog(565, false)
    expect(without.checkpoints).toBe(3)
    expect(without.total).toBeLessThan(withImages.total / 7)
  })

  test('without images every distance is as long as the log of its rows', () => {
    expect(byLog(100, false).checkpoints).toBe(Math.ceil((logBytesPerRow * ROWS) / 100e6))
  })
})

describe('a heap with a unique index, as PostgreSQL lays them out', () => {
  const heap = heapLayout(16, 100)

  test('55 rows of 148 bytes a page, 226 entries of 36 bytes a leaf', () => {
    expect([heap.rowCellBytes, heap.rowsPerPage, heap.entryBytes, heap.entriesPerLeaf]).toEqual([148, 55, 36, 226])
    expectWithin(splitsPerRandomInsert(indexLayout(heap)), 0.0064, 0.003)
    expect(postgresLogBytesPerRow(heap, 1)).toBe(176 + 80 + 40)
  })

  test.each([
    [1, 4.4],
    [5, 6],
    [10, 8],
    [17, 10.7],
    [50, 23],
    [100, 38],
    [1000, 98],
  ])('%i checkpoints cost %f bytes a byte', (m, expected) => {
    const load = { rows: ROWS, rowsPerCheckpoint: Math.ceil(ROWS / m), logBytesPerRow: postgresLogBytesPerRow(heap, 1) }
    expectWithin(heapAmplification(heap, { ...load, protection: 'full-page-images' }).total, expected, 0.03)
  })
})

test('few touches find leaves that are fuller than the mean, many find them all', () => {
  expect(touchedFill(1e-6)).toBeCloseTo(1 / (2 * Math.LN2), 4)
  expect(touchedFill(100)).toBeCloseTo(Math.LN2, 4)
})
