import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heapLayout } from '../../../bench/lab/oracle/btree-heap.ts'
import { HeapRow, placeBytes, rowBytes, writeRow } from '../../../src/btree/heap/heap-row.ts'

test('a row takes what it takes in PostgreSQL, and its fields come back', () => {
  const row = new HeapRow()
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.nat(20), (keyBytes, valueBytes, at) => {
      const key = new Uint8Array(keyBytes).fill(7)
      const value = new Uint8Array(valueBytes).fill(9)
      const cell = new Uint8Array(1000).fill(0xff)
      const bytes = writeRow(cell, key, 0, keyBytes, value, 0, valueBytes)
      const layout = heapLayout(keyBytes, valueBytes)
      expect(bytes).toBe(rowBytes(keyBytes, valueBytes))
      expect(bytes + 2).toBe(layout.rowCellBytes)
      // A key so short that a place does not fit costs at most a byte more than in PostgreSQL.
      expect(Math.abs(2 + 6 + keyBytes + placeBytes(keyBytes) - layout.entryBytes)).toBeLessThanOrEqual(
        keyBytes === 16 ? 0 : 1,
      )
      const page = new Uint8Array(at + 1000)
      page.set(cell.subarray(0, bytes), at)
      row.read(page, at)
      expect(page.subarray(row.keyStart, row.keyEnd)).toEqual(key)
      expect(page.subarray(row.valueStart, row.valueEnd)).toEqual(value)
    }),
    { numRuns: 300, seed: 6 },
  )
})

test('a row that was buried, or whose fields run out of it, is refused', () => {
  const cell = new Uint8Array(200)
  writeRow(cell, new Uint8Array(16), 0, 16, new Uint8Array(100), 0, 100)
  const row = new HeapRow()
  for (const [at, value] of [
    [0, 2],
    [0, 40],
    [26, 255],
    [26, 1],
    [43, 254],
  ] as const) {
    const damaged = cell.slice()
    damaged[at] = value
    expect(() => row.read(damaged, 0), `byte ${at}`).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
  }
})
