import { describe, expect, test } from 'vitest'
import { Kind } from '../../src/key/kind.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { TableWriter } from '../../src/table/table-writer.ts'
import {
  buildTable,
  checkedTable,
  current,
  numberedItems,
  numberedKey,
  openTable,
  TABLE_ID,
  TABLE_OPTIONS,
  type TableItem,
  tableShared,
} from '../support/table-fixture.ts'
import { TableMemoryFile } from '../support/table-memory-file.ts'

const put = (key: string, sequence: number, value = 'v'): TableItem => ({
  key: Buffer.from(key),
  sequence,
  kind: Kind.Put,
  value: Buffer.from(value),
})

describe('table writer', () => {
  test('golden bytes: a small table, byte for byte as the format draws it', () => {
    const items = [put('ab', 9, 'x'), { ...put('abc', 7, ''), kind: Kind.Delete }, put('abc', 2, 'yz')]
    const hex = Buffer.from(buildTable(items).file.contents()).toString('hex')
    const drawn = [
      '00020161620900000000000178', // ab 9 put x
      '0201006307000000000000', // c behind two shared bytes, 7, delete
      '03000202000000000001797a', // the same key, 2, put yz
      '0000000001000000', // one restart point
      '002c00000015c408a7', // its trailer
      '0103616263002c', // block index
      '000700000091c7da87', // its trailer
      '010700000000140000002a150b', // filter: algorithm, k, seed, m, bits
      '000d0000007254f41b', // its trailer
      '0202616204036162630601020801090a02e8070c02d00f0e01031001011201001401001601031801001a010b1c01001e02904e', // properties
      '00330000003051e0f1', // its trailer
      '030b626c6f636b2d696e6465780135070666696c74657200450d0a70726f70657274696573015b33', // section index
      '0028000000a480e7a0', // its trailer
      '97000000000028000000000000112233445566778899aabbccddeeff01000000ff62a75e5641525645535354', // footer
    ]
    expect(hex).toBe(drawn.join(''))
  })

  test('refuses entries out of order, and any after the end', () => {
    const refused = [
      [put('b', 1), put('a', 1)],
      [put('ab', 1), put('a', 1)],
      [put('a', 1), put('a', 1)],
      [put('a', 1), put('a', 2)],
      [put('a', 1), put('', 2)],
    ]
    for (const items of refused) expect(() => buildTable(items)).toThrow(/not in order/)
    const writer = new TableWriter(new TableMemoryFile(), TABLE_ID, TABLE_OPTIONS)
    expect(() => writer.finish({ oldestMs: 0, newestMs: 0 })).toThrow(/holds an entry/)
    const key = numberedKey(1)
    writer.add(key, 0, key.length, 1, Kind.Put, key, 0, 0)
    writer.finish({ oldestMs: 0, newestMs: 0 })
    expect(() => writer.add(key, 0, key.length, 0, Kind.Put, key, 0, 0)).toThrow(/finished/)
  })

  test('tells how large the file will be, within a few percent, and writes it in large pieces', () => {
    const file = new TableMemoryFile()
    const writer = new TableWriter(file, TABLE_ID, TABLE_OPTIONS)
    for (const { key, sequence, value } of numberedItems(20_000, 100)) {
      writer.add(key, 0, key.length, sequence, Kind.Put, value, 0, value.length)
    }
    const estimate = writer.bytesWritten
    expect(writer.entries).toBe(20_000)
    const { bytes } = writer.finish({ oldestMs: 5, newestMs: 6 })
    expect(bytes).toBe(file.sizeSync())
    expect(Math.abs(estimate / bytes - 1)).toBeLessThan(0.02)
    expect(file.appends).toBeLessThan(bytes / 65536 + 8)
  })

  test('versions of one key may straddle many blocks', () => {
    const versions = Array.from({ length: 200 }, (_, i) => put('key', 400 - 2 * i, `value ${i}`))
    const items = [put('a', 1), ...versions, put('z', 1)]
    const reader = openTable(buildTable(items, { blockBytes: 128 }).file)
    const lookup = new Lookup()
    for (let sequence = 1; sequence < 410; sequence++) {
      const expected = versions.find((version) => version.sequence <= sequence)
      expect(reader.find(lookup.ask(Buffer.from('key'), sequence))).toBe(expected !== undefined)
      if (expected) expect(Buffer.from(lookup.value.slice(lookup.valueStart, lookup.valueEnd))).toEqual(expected.value)
    }
    const cursor = reader.cursor(true)
    cursor.seekBefore(Buffer.from('key'), 0, 3)
    expect(current(cursor)?.sequence).toBe(1)
    cursor.seek(Buffer.from('key'), 0, 3, 1)
    expect(Buffer.from(current(cursor)!.key).toString()).toBe('z')
  })

  test('large keys and values get blocks of their own', () => {
    const key = (fill: number, size: number) => new Uint8Array(size).fill(fill)
    const items = [1, 2, 3].map((i) => ({
      key: key(i, 65536),
      sequence: i,
      kind: Kind.Put,
      value: key(i, 700_000 * i),
    }))
    for (const compression of ['none', 'deflate'] as const) {
      const { file, summary } = buildTable(items, { compression })
      const reader = openTable(file)
      expect(checkedTable(file).totals).toEqual(summary)
      const lookup = new Lookup()
      for (const { key, value } of items) {
        expect(reader.find(lookup.ask(key, MAX_SEQUENCE))).toBe(true)
        expect(Buffer.compare(lookup.value.subarray(lookup.valueStart, lookup.valueEnd), value)).toBe(0)
      }
    }
  })

  test('deflate makes compressible tables smaller, and leaves the others as they are', () => {
    const size = (items: TableItem[], compression: 'none' | 'deflate') =>
      buildTable(items, { compression }).summary.bytes
    const compressible = numberedItems(2000, 100)
    expect(size(compressible, 'deflate')).toBeLessThan(size(compressible, 'none') / 3)
    let state = 1
    const noise = numberedItems(300, 0).map((item) => ({
      ...item,
      value: Uint8Array.from({ length: 400 }, () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) >>> 24),
    }))
    expect(Math.abs(size(noise, 'deflate') - size(noise, 'none'))).toBeLessThan(4)
  })

  test('approximate offsets ascend with the keys, from nothing to all data', () => {
    const reader = openTable(buildTable(numberedItems(5000, 100)).file)
    expect(reader.approximateOffset(numberedKey(0))).toBe(0)
    const middle = reader.approximateOffset(numberedKey(2500)) / reader.approximateOffset(numberedKey(9999))
    expect(Math.abs(middle - 0.5)).toBeLessThan(0.02)
    expect(reader.approximateOffset(numberedKey(9999))).toBeGreaterThan(500_000)
  })

  test('the check comes in slices that cover the whole file', () => {
    const { file, summary } = buildTable(numberedItems(20_000, 100))
    const { slices } = checkedTable(file)
    expect(slices.length).toBeGreaterThan(5)
    expect(Math.max(...slices)).toBeLessThanOrEqual(256 * 1024)
    expect(slices.reduce((sum, bytes) => sum + bytes, 0)).toBe(summary.bytes)
  })

  test('filters spare lookups of absent keys their blocks; false ones are counted', () => {
    const shared = tableShared()
    const reader = openTable(buildTable(numberedItems(2000, 10, 2)).file, shared)
    const lookup = new Lookup()
    for (let i = 0; i < 2000; i++) reader.find(lookup.ask(numberedKey(2 * i + 1), MAX_SEQUENCE))
    const { filterProbes, filterNegatives, filterFalsePositives } = shared.counters
    expect(filterProbes).toBe(2000)
    expect(filterNegatives + filterFalsePositives).toBe(2000)
    expect(filterFalsePositives).toBeGreaterThan(0)
    expect(filterFalsePositives).toBeLessThan(60)
  })
})
