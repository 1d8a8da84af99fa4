import type { AbstractSnapshot } from 'abstract-level'
import type { BatchOperation, Encoding, ReadOptions, ScanOptions, WriteOptions } from '../index.ts'
import { type EncodedRange, type Format, toBytes, toKeyRange } from './level-range.ts'
import { LevelSnapshot } from './level-snapshot.ts'

/** What Level calls the forms of data that Varve reads and writes without a detour. */
type FormatName = 'utf8' | 'buffer' | 'view'

const ENCODINGS: Readonly<Record<FormatName, Encoding>> = { utf8: 'utf8', buffer: 'buffer', view: 'bytes' }
/** Made once, because a read without a snapshot needs nothing else. */
const READS: Readonly<Record<FormatName, ReadOptions>> = {
  utf8: { encoding: 'utf8' },
  buffer: { encoding: 'buffer' },
  view: { encoding: 'bytes' },
}
const SYNCED: WriteOptions = { durability: 'power' }

/** Options as abstract-level passes them on: keys, values and bounds are encoded, encodings are names of formats. */
export interface EncodedReadOptions {
  readonly keyEncoding: FormatName
  readonly valueEncoding: FormatName
  readonly snapshot?: AbstractSnapshot | null
}
export interface EncodedWriteOptions {
  readonly sync?: unknown
}
export interface EncodedScanOptions extends EncodedRange, EncodedReadOptions {
  readonly reverse: boolean
  /** -1 is none. */
  readonly limit: number
  readonly signal?: AbortSignal | null
}
export interface EncodedOperation {
  readonly type: 'put' | 'del'
  readonly key: Format
  readonly value: Format
}

export function toReadOptions({ valueEncoding, snapshot }: EncodedReadOptions): ReadOptions {
  if (snapshot === undefined || snapshot === null) return READS[valueEncoding]
  return { encoding: ENCODINGS[valueEncoding], snapshot: LevelSnapshot.of(snapshot) }
}

export function toWriteOptions({ sync }: EncodedWriteOptions): WriteOptions | undefined {
  return sync === true ? SYNCED : undefined
}

export function toScanOptions(options: EncodedScanOptions): ScanOptions {
  const { keyEncoding, valueEncoding, reverse, limit, snapshot, signal } = options
  return {
    ...toKeyRange(options),
    reverse,
    limit: limit < 0 ? undefined : limit,
    snapshot: LevelSnapshot.of(snapshot),
    signal: signal ?? undefined,
    keyEncoding: ENCODINGS[keyEncoding],
    valueEncoding: ENCODINGS[valueEncoding],
  }
}

export function toBatchOperation({ type, key, value }: EncodedOperation): BatchOperation {
  return type === 'put' ? { type, key: toBytes(key), value: toBytes(value) } : { type: 'delete', key: toBytes(key) }
}
