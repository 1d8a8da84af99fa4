import { checksum } from '../../src/bytes/checksum.ts'
import { ByteReader } from '../../src/bytes/reader.ts'
import { MAX_VARINT } from '../../src/bytes/varint.ts'
import { ByteWriter } from '../../src/bytes/writer.ts'
import { HEADER_BYTES, LogIdentity, RecordType } from '../../src/wal/format.ts'
import { LogReader } from '../../src/wal/log-reader.ts'
import { EXTREMES, mutateBytes, randomBytes } from './fuzz-bytes.ts'
import type { Dice } from './fuzz-dice.ts'
import { mutateFields } from './fuzz-fields.ts'
import { diskOf, STORE } from './recovery-disk.ts'

/** What a log consists of, so that a part can be changed and all checksums still be made right. */
export interface LogParts {
  readonly header: Uint8Array
  readonly records: readonly LogPart[]
  /** Bytes behind the last record. */
  readonly tail: Uint8Array
}

interface LogPart {
  readonly type: number
  readonly promise: number
  readonly payload: Uint8Array
  /** The payload length that the record states. */
  readonly statedBytes: number
}

/** Takes an intact log to pieces. */
export function logPartsOf(bytes: Uint8Array): LogParts {
  const reader = LogReader.open(diskOf(new Map([['log', bytes]])), `${STORE}/log`)
  const records: LogPart[] = []
  for (let record = reader.next(); record !== undefined; record = reader.next()) {
    const payload = bytes.slice(record.payloadStart, record.end)
    const promise = record.offset - record.syncedUpTo
    records.push({ type: record.type, promise, payload, statedBytes: payload.length })
  }
  return { header: bytes.slice(0, HEADER_BYTES), records, tail: bytes.slice(reader.position) }
}

/** Puts a log together, with right checksums over whatever it says. */
export function joinLog({ header, records, tail }: LogParts): Uint8Array {
  const writer = new ByteWriter(1024)
  writer.bytes(header)
  while (writer.length < HEADER_BYTES) writer.u8(0)
  const offsets: number[] = []
  for (const { type, promise, payload, statedBytes } of records) {
    offsets.push(writer.length)
    writer.u32(0)
    writer.u32(0)
    writer.u8(type)
    writer.varint(statedBytes)
    writer.varint(promise)
    writer.bytes(payload)
  }
  writer.bytes(tail)
  const bytes = writer.finish()
  putU32(bytes, HEADER_BYTES - 4, checksum(bytes, 0, HEADER_BYTES - 4, 0))
  const identity = new LogIdentity(bytes.subarray(0, HEADER_BYTES))
  // A record that states too great a length covers those behind it, so the last one comes first.
  for (const offset of offsets.reverse()) putU32(bytes, offset, identity.markerAt(offset))
  for (const offset of offsets) {
    const reader = new ByteReader(bytes, offset + 9)
    const size = reader.varint()
    reader.varint()
    const end = Math.min(bytes.length, reader.offset + size)
    putU32(bytes, offset + 4, checksum(bytes, offset + 8, end, identity.seedAt(offset)))
  }
  return bytes
}

/** The log with one to five changes. */
export function mutateLog(dice: Dice, log: LogParts, donor: LogParts): LogParts {
  let result = log
  for (let count = dice.few(); count > 0; count--) {
    const kind = dice.below(12)
    if (kind === 0) result = { ...result, header: mutatedHeader(dice, result.header, donor.header) }
    else if (kind === 1) result = { ...result, tail: randomBytes(dice, dice.below(40)) }
    else result = { ...result, records: mutatedRecords(dice, result.records, donor.records) }
  }
  return result
}

/** Its magic mostly stays, so that the fields behind it are reached. */
function mutatedHeader(dice: Dice, header: Uint8Array, donor: Uint8Array): Uint8Array {
  if (dice.oneIn(8)) return mutateBytes(dice, header, donor).slice(0, HEADER_BYTES)
  const result = header.slice()
  let rest = dice.pick(EXTREMES)
  const at = dice.pick([8, 36, 42, 48, 54])
  for (let i = at; i < at + (at === 8 ? 4 : 6); i++) {
    result[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return result
}

function mutatedRecords(dice: Dice, records: readonly LogPart[], others: readonly LogPart[]): LogPart[] {
  const result = [...records]
  const at = dice.below(records.length)
  const record = records[at]
  const other = others.length === 0 ? record : dice.pick(others)
  if (record === undefined || other === undefined) return [...others]
  switch (dice.below(14)) {
    case 0:
      result.splice(at, 1)
      break
    case 1:
      result.splice(dice.below(records.length + 1), 0, record)
      break
    case 2:
      result.splice(dice.below(records.length + 1), 0, other)
      break
    case 3:
      result.splice(at, 1)
      result.splice(dice.below(records.length), 0, record)
      break
    case 4:
      result[at] = { ...record, type: dice.oneIn(3) ? dice.below(256) : 1 + dice.below(6) }
      break
    case 5:
      result[at] = { ...record, promise: dice.oneIn(2) ? dice.pick(EXTREMES) : dice.below(400) }
      break
    case 6:
      result[at] = { ...record, statedBytes: near(record.statedBytes, dice.pick([1, -1, 2, 20])) }
      break
    case 7:
      result[at] = { ...record, statedBytes: dice.pick(EXTREMES) }
      break
    default:
      result[at] = withPayload(record, mutatedPayload(dice, record, other.payload))
  }
  return result
}

/** Still a varint. */
function near(value: number, distance: number): number {
  return Math.min(MAX_VARINT, Math.max(0, value + distance))
}

function mutatedPayload(dice: Dice, { type, payload }: LogPart, donor: Uint8Array): Uint8Array {
  return type === RecordType.ManifestEdit ? mutateFields(dice, payload, donor) : mutateBytes(dice, payload, donor)
}

function withPayload(record: LogPart, payload: Uint8Array): LogPart {
  return { ...record, payload, statedBytes: payload.length }
}

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = value >>> (8 * i)
}
