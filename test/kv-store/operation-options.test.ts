import { describe, expect, test } from 'vitest'
import { checkBatch } from '../../src/kv-store/batch-input.ts'
import type { BatchOperation, Snapshot } from '../../src/kv-store/kv-store.ts'
import {
  type CheckedReadOptions,
  checkCompactOptions,
  checkReadOptions,
  checkScanOptions,
  checkWriteOptions,
} from '../../src/kv-store/operation-options.ts'

const DEFAULTS: CheckedReadOptions = { snapshot: undefined, encoding: 'bytes' }

/** An options object that counts how often each property is read. */
function counting<T extends object>(target: T): { given: T; reads: Map<string, number> } {
  const reads = new Map<string, number>()
  const given = new Proxy(target, {
    get(object, name) {
      reads.set(String(name), (reads.get(String(name)) ?? 0) + 1)
      return Reflect.get(object, name)
    },
  })
  return { given, reads }
}

describe('options of an operation', () => {
  test('that are absent are the defaults, with no object made', () => {
    expect(checkReadOptions(undefined, DEFAULTS)).toBe(DEFAULTS)
    expect(checkWriteOptions(undefined, 'process')).toBe('process')
    expect(checkWriteOptions({ durability: undefined }, 'process')).toBe('process')
    expect(checkReadOptions({}, { snapshot: undefined, encoding: 'utf8' }).encoding).toBe('utf8')
    expect(checkScanOptions(undefined, DEFAULTS)).toEqual({
      snapshot: undefined,
      keyEncoding: 'bytes',
      valueEncoding: 'bytes',
      bounds: { lower: undefined, upper: undefined },
      reverse: false,
      limit: Number.POSITIVE_INFINITY,
      signal: undefined,
    })
    expect(checkCompactOptions(undefined)).toBeUndefined()
  })

  test('are taken as given', () => {
    const snapshot = {} as Snapshot
    const { signal } = new AbortController()
    expect(checkReadOptions({ snapshot, encoding: 'utf8' }, DEFAULTS)).toEqual({ snapshot, encoding: 'utf8' })
    expect(checkWriteOptions({ durability: 'none' }, 'power')).toBe('none')
    const checked = checkScanOptions({ gte: 'a', reverse: true, limit: 0, signal, encoding: 'utf8' }, DEFAULTS)
    expect(checked).toMatchObject({ reverse: true, limit: 0, signal })
    expect(checked).toMatchObject({ keyEncoding: 'utf8', valueEncoding: 'utf8' })
    const mixed = checkScanOptions({ encoding: 'utf8', valueEncoding: 'buffer' }, DEFAULTS)
    expect(mixed).toMatchObject({ keyEncoding: 'utf8', valueEncoding: 'buffer' })
    expect(checked.bounds).toEqual({ lower: Uint8Array.of(0x61), upper: undefined })
    expect(checkCompactOptions({ signal })).toBe(signal)
  })

  test('that are wrong are named as they were given', () => {
    const limit = 'limit must be an integer of at least 0; given was -1'
    expect(() => checkScanOptions({ limit: -1 }, DEFAULTS)).toThrow(limit)
    expect(() => checkScanOptions({ reverse: 'yes' }, DEFAULTS)).toThrow(
      "reverse must be true or false; given was 'yes'",
    )
    expect(() => checkReadOptions({ encoding: 'user data' }, DEFAULTS)).toThrow('given was a string of 9 characters')
    expect(() => checkScanOptions({ revers: true }, DEFAULTS)).toThrow("no option 'revers'; did you mean reverse?")
  })

  test('are read once each', () => {
    const { given, reads } = counting({ gte: 'a', prefix: 'a', reverse: true, limit: 1, encoding: 'utf8' })
    checkScanOptions(given, DEFAULTS)
    expect([...reads.values()]).toEqual([1, 1, 1, 1, 1])
    const operation = counting({ type: 'put', key: 'a', value: 'b' } satisfies BatchOperation)
    checkBatch([operation.given])
    expect([...operation.reads.entries()]).toEqual([
      ['type', 1],
      ['key', 1],
      ['value', 1],
    ])
  })

  test('that an object only inherits do not count', () => {
    const inherited = Object.create({ durability: 'none', unknown: 1 })
    expect(checkWriteOptions(inherited, 'power')).toBe('power')
  })

  test('of an unknown name are refused with the list of known ones', () => {
    expect(() => checkWriteOptions({ sync: true }, 'power')).toThrow(
      "options has no option 'sync'; there is only durability",
    )
    expect(() => checkReadOptions({ durability: 'none' }, DEFAULTS)).toThrow('there are snapshot, encoding')
    expect(() => checkScanOptions({ start: 'a' }, DEFAULTS)).toThrow('gt, gte, lt, lte, prefix')
  })
})

describe('a batch', () => {
  test('becomes its keys and values, and the sum of their bytes', () => {
    const batch = checkBatch([
      { type: 'put', key: 'ab', value: 'cde' },
      { type: 'delete', key: 'fg' },
    ])
    expect(batch.keys.map((key) => key.length)).toEqual([2, 2])
    expect(batch.values.map((value) => value?.length)).toEqual([3, undefined])
    expect(batch.userBytes).toBe(7)
    expect(checkBatch([])).toEqual({ keys: [], values: [], userBytes: 0 })
  })

  test('names the operation that it refuses', () => {
    const put: BatchOperation = { type: 'put', key: 'a', value: 'b' }
    const cases: [unknown, RegExp][] = [
      [{ ...put, value: 7 }, /^operations\[1\]: value must be .* a number$/],
      [{ ...put, key: null }, /^operations\[1\]: key must be .* null$/],
      [{ ...put, type: 'del' }, /^operations\[1\] must have the type 'put' or 'delete', not Level's 'del'/],
      [{ ...put, durability: 'none' }, /^operations\[1\] has type, key and value only/],
      [null, /^operations\[1\] must be an object; given was null/],
    ]
    for (const [bad, message] of cases) expect(() => checkBatch([put, bad as BatchOperation])).toThrow(message)
    expect(() => checkBatch(Array<BatchOperation>(2).fill(put, 0, 1))).toThrow('operations[1]')
  })
})
