import { describe, expect, test } from 'vitest'
import { checksum } from '../../src/bytes/checksum.ts'
import { HEADER_BYTES, LogIdentity } from '../../src/wal/format.ts'
import { encodeLogHeader } from '../../src/wal/log-header.ts'
import { bytesOf, codeOf } from '../support/bytes-text.ts'
import { LOG_HEADER, logBytes, readerOf, recordsOf } from '../support/wal-log.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const MARKED = 1 << 16

/** Bytes that look like the beginning of a record at every `step`-th offset, each of which promises to go on to the end of the file. */
function falseMarkers(step: number): Uint8Array {
  const bytes = new Uint8Array(MARKED)
  const header = encodeLogHeader(LOG_HEADER)
  bytes.set(header)
  const identity = new LogIdentity(header)
  const view = new DataView(bytes.buffer)
  for (let offset = HEADER_BYTES + 1; offset + 12 < bytes.length; offset += step) {
    view.setUint32(offset, identity.markerAt(offset), true)
    bytes.set([2, 0xff, 0xff, 0x01, 0], offset + 8)
  }
  return bytes
}

/** A log of one record with this type and payload, made without the writer. */
function forged(type: number, payload: Uint8Array, size = payload.length, promise = 0): Uint8Array {
  const header = encodeLogHeader(LOG_HEADER)
  const identity = new LogIdentity(header)
  const bytes = new Uint8Array(HEADER_BYTES + 11 + payload.length)
  bytes.set(header)
  bytes.set([type, size, promise], HEADER_BYTES + 8)
  bytes.set(payload, HEADER_BYTES + 11)
  const view = new DataView(bytes.buffer)
  view.setUint32(HEADER_BYTES, identity.markerAt(HEADER_BYTES), true)
  view.setUint32(HEADER_BYTES + 4, checksum(bytes, HEADER_BYTES + 8, bytes.length, identity.seedAt(HEADER_BYTES)), true)
  return bytes
}

describe('the format of a log', () => {
  test('the header never changes', () => {
    expect(hex(encodeLogHeader(LOG_HEADER))).toBe(
      '76617276656c6f6701000000a0a1a2a3a4a5a6a7a8a9aaabacadaeaf01020304050607080700000000000300000000002900000000000068e5cf8b0199355c79',
    )
  })

  test('records never change', () => {
    const bytes = logBytes([bytesOf('first'), 'sync', bytesOf('second'), 'promise'])
    const [first, second, promise] = recordsOf(readerOf(bytes))
    expect(hex(bytes.slice(first!.offset, first!.end))).toBe('78f36c11b49b9fb80205006669727374')
    expect(hex(bytes.slice(second!.offset, second!.end))).toBe('c82831b256c851f90206007365636f6e64')
    expect(hex(bytes.slice(promise!.offset, promise!.end))).toBe('33dbc9d5364e2c6f03011101')
  })

  test('a newer version, or a type of record that is not known, is refused as such', async () => {
    const newer = encodeLogHeader(LOG_HEADER)
    newer[8] = 2
    new DataView(newer.buffer).setUint32(60, checksum(newer, 0, 60, 0), true)
    expect(await codeOf(() => readerOf(newer))).toBe('UNSUPPORTED_FORMAT')
    for (const type of [0, 7, 255]) {
      expect(await codeOf(() => readerOf(forged(type, bytesOf('x'))).next())).toBe('UNSUPPORTED_FORMAT')
    }
    expect(readerOf(forged(2, bytesOf('x'))).next()).toBeDefined()
  })

  test('a record without payload, or with a promise from before the file, never parses', () => {
    expect(readerOf(forged(2, new Uint8Array(0))).next()).toBeUndefined()
    expect(readerOf(forged(2, bytesOf('x'), 1, 1)).next()).toBeUndefined()
    expect(readerOf(forged(2, bytesOf('x'), 2)).next()).toBeUndefined()
  })
})

describe('a hostile log', () => {
  test('with many false markers is given up as CORRUPTION after bounded work', async () => {
    const dense = readerOf(falseMarkers(13))
    expect(dense.next()).toBeUndefined()
    expect(await codeOf(() => dense.proofOfLoss())).toBe('CORRUPTION')
  })

  test('with a few is searched to its end', () => {
    const sparse = readerOf(falseMarkers(MARKED >> 2))
    expect(sparse.next()).toBeUndefined()
    expect(sparse.proofOfLoss()).toBeUndefined()
  })
})
