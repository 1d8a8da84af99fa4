import { describe, expect, test } from 'vitest'
import { decodeCurrent, encodeCurrent } from '../../src/manifest/current-file.ts'
import { manifestName, parseFileName, tableName, walName } from '../../src/manifest/file-names.ts'

describe('file names', () => {
  test.each([1, 42, 999_999, 1_000_000, 2 ** 48 - 1])('of number %i are read back', (number) => {
    expect(parseFileName(walName(number))).toEqual({ kind: 'wal', number })
    expect(parseFileName(tableName(number))).toEqual({ kind: 'table', number })
    expect(parseFileName(manifestName(number))).toEqual({ kind: 'manifest', number })
    expect(parseFileName(`${tableName(number)}.tmp`)).toEqual({ kind: 'temporary', number })
  })

  test('without a number', () => {
    expect(parseFileName('CURRENT')).toEqual({ kind: 'current', number: 0 })
    expect(parseFileName('LOCK')).toEqual({ kind: 'lock', number: 0 })
    expect(parseFileName('CURRENT.tmp')).toEqual({ kind: 'temporary', number: 0 })
  })

  test.each([
    '1.wal',
    '00001.sst',
    '0000001.wal',
    '000000.wal',
    '000001.WAL',
    '000001.sst ',
    ' 000001.sst',
    '000001.sst.bak',
    'MANIFEST-1',
    'MANIFEST-000001.sst',
    'manifest-000001',
    'current',
    'CURRENT.tmp.tmp',
    'CURRENT~',
    '281474976710656.wal',
    '',
    '.tmp',
    '00000a.wal',
    '-00001.wal',
    '000001wal',
    '000001.sst\n',
  ])('that are not ours are not recognized: %j', (name) => {
    expect(parseFileName(name)).toBeUndefined()
  })
})

describe('CURRENT', () => {
  test('is one readable line that names the manifest', () => {
    expect(new TextDecoder().decode(encodeCurrent(7))).toMatch(/^MANIFEST-000007 7 [0-9a-f]{8}\n$/)
    for (const number of [1, 7, 2 ** 48 - 1]) expect(decodeCurrent(encodeCurrent(number), 'CURRENT')).toBe(number)
  })

  test('is refused after any change of one byte, cut short, or with more behind it', () => {
    const line = encodeCurrent(7)
    const damaged = [...line.keys()].flatMap((i) => [line.with(i, line[i]! ^ 1), line.with(i, 0xff), line.slice(0, i)])
    for (const bytes of [...damaged, Uint8Array.of(...line, 10), new Uint8Array(10_000)]) {
      expect(() => decodeCurrent(bytes, 'CURRENT')).toThrow(
        expect.objectContaining({ code: 'CORRUPTION', file: 'CURRENT' }),
      )
    }
  })
})
