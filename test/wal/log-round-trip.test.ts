import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { decodeLink, decodeSeal, encodeLink, encodeSeal } from '../../src/wal/control-records.ts'
import { HEADER_BYTES, RecordType } from '../../src/wal/format.ts'
import { LogReader } from '../../src/wal/log-reader.ts'
import { LogWriter } from '../../src/wal/log-writer.ts'
import { codeOf } from '../support/bytes-text.ts'
import { createLog, LOG_HEADER, LOG_PATH, logBytes, payloadOf, readerOf, recordsOf } from '../support/wal-log.ts'

const payload = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.constant(new Uint8Array(5000).fill(7)))
const step = fc.oneof(payload, fc.constant('sync' as const), fc.constant('promise' as const))

describe('a log', () => {
  test('gives back every record as it was written, and what was durable when it was', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const reader = readerOf(logBytes(steps))
        const records = recordsOf(reader)
        expect(reader.header).toEqual(LOG_HEADER)
        expect(reader.atEnd).toBe(true)
        expect(reader.proofOfLoss()).toBeUndefined()
        let at = 0
        let syncedUpTo = HEADER_BYTES
        for (const done of steps) {
          const length = at === 0 ? HEADER_BYTES : records[at - 1]!.end
          if (done === 'sync') {
            syncedUpTo = length
            continue
          }
          const record = records[at++]!
          expect([record.offset, record.syncedUpTo]).toEqual([length, syncedUpTo])
          expect(record.type).toBe(done === 'promise' ? RecordType.Promise : RecordType.Operations)
          if (done !== 'promise') expect(payloadOf(reader, record)).toEqual(done)
        }
        expect(records).toHaveLength(at)
      }),
      { numRuns: 60 },
    )
  })

  test('keeps every type of record apart', () => {
    const fs = new MemoryFileSystem()
    const log = createLog(fs)
    const types = Object.values(RecordType)
    for (const type of types) log.appendPayload(type, Uint8Array.of(type))
    const reader = LogReader.open(fs, LOG_PATH)
    const records = recordsOf(reader)
    expect(records.map((record) => record.type)).toEqual(types)
    expect(records.map((record) => payloadOf(reader, record)[0])).toEqual(types)
  })

  test('is gone on with where it was left', () => {
    const fs = new MemoryFileSystem()
    const log = createLog(fs)
    log.appendPayload(RecordType.Operations, Uint8Array.of(1))
    log.waitSync()
    log.close()
    const again = LogWriter.reopen(fs, LOG_PATH, LOG_HEADER, log.length, log.syncedUpTo, 'wal')
    again.appendPayload(RecordType.Operations, Uint8Array.of(2))
    const reader = LogReader.open(fs, LOG_PATH)
    const records = recordsOf(reader)
    expect(records.map((record) => payloadOf(reader, record)[0])).toEqual([1, 2])
    expect(records[1]!.syncedUpTo).toBe(records[0]!.end)
  })

  test('is durable, with its name, before its first record', () => {
    const fs = new MemoryFileSystem()
    createLog(fs)
    const reader = LogReader.open(fs.powerCut(), LOG_PATH)
    expect(reader.header).toEqual(LOG_HEADER)
  })
})

describe('links and seals', () => {
  const number = fc.integer({ min: 0, max: 2 ** 48 - 1 })

  test('come back as they were written, and refuse any other length', async () => {
    await fc.assert(
      fc.asyncProperty(number, number, number, async (a, b, c) => {
        const link = { number: a, length: b, lastSequence: c }
        const bytes = encodeLink(link)
        expect(decodeLink(bytes, 0, bytes.length, '/f')).toEqual(link)
        const seal = encodeSeal(a)
        expect(decodeSeal(seal, 0, seal.length, '/f')).toBe(a)
        const longer = new Uint8Array(19)
        expect(await codeOf(() => decodeLink(longer, 0, 19, '/f'))).toBe('CORRUPTION')
        expect(await codeOf(() => decodeLink(bytes, 0, 17, '/f'))).toBe('CORRUPTION')
        expect(await codeOf(() => decodeSeal(longer, 0, 7, '/f'))).toBe('CORRUPTION')
        expect(await codeOf(() => decodeSeal(longer, 0, 5, '/f'))).toBe('CORRUPTION')
      }),
      { numRuns: 30 },
    )
  })
})
