/** What is written, and how: all that decides how much a memtable takes before it is flushed. */
export interface LoadShape {
  readonly memtableBytes: number
  readonly keyBytes: number
  readonly valueBytes: number
  /** Puts that are committed together, as one awaited batch; default 1. */
  readonly groupRecords?: number | undefined
}

/** Before each entry in the arena: sequence and kind, key length, value length (src/memtable/entry.ts). */
const ENTRY_HEADER_BYTES = 16

/**
 * Records per flush, from the entry layout alone. An entry takes its header, key and value, padded to words of four bytes; the index
 * beside the arena does not count. A group goes to the next memtable where what is in this one and the group's own bytes, as the log
 * holds them, pass `memtableBytes`; the first one always finds room.
 */
export function flushRecords({ memtableBytes, keyBytes, valueBytes, groupRecords = 1 }: LoadShape): number {
  const entryBytes = ENTRY_HEADER_BYTES + 4 * Math.ceil((keyBytes + valueBytes) / 4)
  const putBytes = 1 + varintBytes(keyBytes) + keyBytes + varintBytes(valueBytes) + valueBytes
  const groupBytes = varintBytes(groupRecords) + 1 + groupRecords * putBytes
  const before = Math.floor((memtableBytes - groupBytes) / (groupRecords * entryBytes))
  return (Math.max(0, before) + 1) * groupRecords
}

/** Key and value bytes per flush. */
export function flushUserBytes(memtableBytes: number, keyBytes: number, valueBytes: number, groupRecords = 1): number {
  return flushRecords({ memtableBytes, keyBytes, valueBytes, groupRecords }) * (keyBytes + valueBytes)
}

/** The records of each flush of a load that is flushed at its end: all full, but for the last one. */
export function flushesOf(records: number, shape: LoadShape): number[] {
  const full = flushRecords(shape)
  const flushes = new Array<number>(Math.floor(records / full)).fill(full)
  if (records % full > 0) flushes.push(records % full)
  return flushes
}

function varintBytes(value: number): number {
  return value < 128 ? 1 : 1 + varintBytes(Math.floor(value / 128))
}
