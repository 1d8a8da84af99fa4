import { describe, expect, test } from 'vitest'
import { HEADER_BYTES } from '../../src/wal/format.ts'
import type { LogReader } from '../../src/wal/log-reader.ts'
import { bytesOf, codeOf } from '../support/bytes-text.ts'
import { LOG_HEADER, logBytes, payloadOf, readerOf, recordsOf } from '../support/wal-log.ts'

const SMALL = logBytes([bytesOf('first'), bytesOf('second'), 'sync', bytesOf('third'), 'promise', bytesOf('last')])

interface Expected {
  readonly offset: number
  readonly end: number
  readonly syncedUpTo: number
  readonly text: string
}

const intact = readerOf(SMALL)
const EXPECTED: Expected[] = recordsOf(intact).map((record) => ({
  offset: record.offset,
  end: record.end,
  syncedUpTo: record.syncedUpTo,
  text: new TextDecoder().decode(payloadOf(intact, record)),
}))

function found(reader: LogReader): Expected[] {
  return recordsOf(reader).map((record) => ({
    offset: record.offset,
    end: record.end,
    syncedUpTo: record.syncedUpTo,
    text: new TextDecoder().decode(payloadOf(reader, record)),
  }))
}

/** What must be found in a file whose byte at `damaged` is wrong: the records before it, and a proof where a later one promises it. */
function check(bytes: Uint8Array, damaged: number): void {
  const reader = readerOf(bytes)
  const before = EXPECTED.filter(({ end }) => end <= damaged)
  expect(found(reader)).toEqual(before)
  const position = before.at(-1)?.end ?? HEADER_BYTES
  expect(reader.position).toBe(position)
  expect(reader.atEnd).toBe(position === bytes.length)
  const proof = EXPECTED.find(({ offset, end, syncedUpTo }) => {
    return offset > damaged && end <= bytes.length && syncedUpTo > position
  })
  expect(reader.proofOfLoss()?.offset).toBe(proof?.offset)
}

describe('a damaged log', () => {
  test('gives the records before any flipped bit, never a wrong one, and finds proof exactly where a promise covers it', () => {
    let proofs = 0
    for (let bit = HEADER_BYTES * 8; bit < SMALL.length * 8; bit++) {
      const bytes = SMALL.slice()
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      check(bytes, bit >> 3)
      const reader = readerOf(bytes)
      recordsOf(reader)
      if (reader.proofOfLoss() !== undefined) proofs++
    }
    // Every bit of the two records before the sync, and no other.
    expect(proofs).toBe((EXPECTED[1]!.end - HEADER_BYTES) * 8)
  })

  test('gives the records before any truncation', () => {
    for (let length = HEADER_BYTES; length < SMALL.length; length++) check(SMALL.slice(0, length), length)
  })

  test('ends before zeros, however many', () => {
    for (const zeros of [1, 3, 4, 9, 64, 5000]) {
      const bytes = new Uint8Array(SMALL.length + zeros)
      bytes.set(SMALL)
      const reader = readerOf(bytes)
      expect(found(reader)).toEqual(EXPECTED)
      expect(reader.position).toBe(SMALL.length)
      expect(reader.atEnd).toBe(false)
      expect(reader.proofOfLoss()).toBeUndefined()
    }
  })

  test('takes nothing from an old file whose bytes lie at the same offsets', () => {
    const others = [
      { ...LOG_HEADER, nonce: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 9]) },
      { ...LOG_HEADER, number: 8 },
      { ...LOG_HEADER, databaseId: new Uint8Array(16) },
    ]
    for (const header of others) {
      const bytes = SMALL.slice()
      bytes.set(logBytes([bytesOf('x')], header).subarray(0, HEADER_BYTES))
      const reader = readerOf(bytes)
      expect(found(reader)).toEqual([])
      expect(reader.proofOfLoss()).toBeUndefined()
    }
  })

  test('takes no record at another offset than its own', () => {
    const [first, second] = EXPECTED
    const bytes = SMALL.slice(0, HEADER_BYTES + second!.end - second!.offset)
    bytes.set(SMALL.subarray(second!.offset, second!.end), first!.offset)
    expect(found(readerOf(bytes))).toEqual([])
  })
})

describe('the header of a log', () => {
  test('is CORRUPTION for any flipped bit when anything lies behind it', async () => {
    for (let bit = 0; bit < HEADER_BYTES * 8; bit++) {
      const bytes = SMALL.slice()
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      expect(await codeOf(() => readerOf(bytes)), `bit ${bit}`).toBe('CORRUPTION')
    }
  })

  test('may be cut short or damaged where nothing lies behind it: an unfinished creation', () => {
    for (let length = 0; length < HEADER_BYTES; length++) {
      const reader = readerOf(SMALL.slice(0, length))
      expect([reader.header, reader.next(), reader.position]).toEqual([undefined, undefined, 0])
    }
    expect(readerOf(new Uint8Array(HEADER_BYTES)).header).toBeUndefined()
    expect(readerOf(SMALL.slice(0, HEADER_BYTES)).header).toEqual(LOG_HEADER)
    expect(readerOf(SMALL.slice(0, HEADER_BYTES)).atEnd).toBe(true)
  })
})
