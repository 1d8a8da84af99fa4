import { getHeapSpaceStatistics } from 'node:v8'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'

const KEY_BYTES = 16
const VALUE_BYTES = 100
/** A few milliseconds of reads. */
const READS_PER_TURN = 200

/**
 * Records 0 to `count - 1` of 16 + 100 bytes, whose keys come in random order and are all different: the first four bytes of a key are a
 * bijection of the record's number. A value begins with the number, so that a scan can tell which record it sees.
 */
export class MillionRecords {
  readonly count: number
  readonly #seed: number

  constructor(count: number, seed: number) {
    this.count = count
    this.#seed = seed
  }

  static readonly userBytes: number = KEY_BYTES + VALUE_BYTES

  key(index: number): Uint8Array {
    const key = new Uint8Array(KEY_BYTES)
    let word = mixed(index ^ this.#seed)
    for (let at = 0; at < KEY_BYTES; at += 4) {
      key[at] = word >>> 24
      key[at + 1] = word >>> 16
      key[at + 2] = word >>> 8
      key[at + 3] = word
      word = mixed(word + 1)
    }
    return key
  }

  value(index: number): Uint8Array {
    const value = new Uint8Array(VALUE_BYTES).fill(mixed(index + 7) & 0xff)
    for (let at = 0; at < 4; at++) value[at] = index >>> (8 * at)
    return value
  }

  /** Which record a value belongs to; it may be damaged all the same. */
  indexOf(value: Uint8Array): number {
    return (value[0]! | (value[1]! << 8) | (value[2]! << 16) | (value[3]! << 24)) >>> 0
  }

  requireValue(index: number, found: Uint8Array | undefined): void {
    if (found === undefined) throw new Error(`record ${index} is lost`)
    if (Buffer.compare(found, this.value(index)) !== 0) throw new Error(`record ${index} is not what was written`)
  }
}

/** A bijection of 32 bits that leaves no order. */
function mixed(number: number): number {
  let word = Math.imul(number ^ (number >>> 16), 0x7feb352d)
  word = Math.imul(word ^ (word >>> 15), 0x846ca68b)
  return (word ^ (word >>> 16)) >>> 0
}

/** Writes all records, 'process', from so many writers that each await their own; `onWritten` is called now and then. */
export async function writeRecords(
  store: KeyValueStore,
  records: MillionRecords,
  writers: number,
  onWritten: (records: number) => void,
): Promise<void> {
  let next = 0
  async function write(): Promise<void> {
    while (next < records.count) {
      const index = next++
      await store.put(records.key(index), records.value(index), { durability: 'process' })
      if (index % 10_000 === 0) onWritten(index)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  onWritten(records.count)
}

/** Reads every record back, in the order of writing, in one way or several. An awaited read resolves in a microtask: turns are the caller's. */
export async function proveByReads(
  records: MillionRecords,
  turn: () => Promise<void>,
  read: (key: Uint8Array, require: (found: Uint8Array | undefined) => void) => Promise<void> | void,
): Promise<void> {
  let index = 0
  const require = (found: Uint8Array | undefined): void => records.requireValue(index, found)
  for (; index < records.count; index++) {
    const reading = read(records.key(index), require)
    if (reading !== undefined) await reading
    if (index % READS_PER_TURN === 0) await turn()
  }
}

/** Scans everything: every record once, in the order of keys, and nothing else. */
export async function proveByScan(
  store: KeyValueStore,
  records: MillionRecords,
  turn: () => Promise<void>,
): Promise<void> {
  const seen = new Uint8Array(records.count)
  let count = 0
  let last: Uint8Array | undefined
  using scan = store.scan()
  for (let batch = scan.nextBatchSync(1000); batch.length > 0; batch = scan.nextBatchSync(1000)) {
    for (const [key, value] of batch) {
      const index = records.indexOf(value)
      records.requireValue(index, value)
      if (Buffer.compare(key, records.key(index)) !== 0) throw new Error(`record ${index} has another key`)
      if (last !== undefined && Buffer.compare(last, key) >= 0) throw new Error('a scan is not in order')
      if (seen[index] !== 0) throw new Error(`record ${index} is scanned twice`)
      seen[index] = 1
      last = key
      count++
    }
    await turn()
  }
  if (count !== records.count) throw new Error(`${count} of ${records.count} records are scanned`)
}

/** What Node.js 20 takes before it does anything. Its successors take more, and so does a process that runs tests. */
const RUNTIME_BYTES = 60 << 20

/**
 * What V8's young generation grows to in Node.js 20 and 22, if a program runs for long. In Node.js 24 it is twice that: memory that the runtime
 * keeps whatever lives in it.
 */
const YOUNG_BYTES = 32 << 20

/** How much memory a process holds beyond what its store says, were it nothing but Node.js 20 and the store. Made before the store is opened. */
export class MemoryWatch {
  readonly #othersBytes: number = process.memoryUsage.rss() - RUNTIME_BYTES
  /** The most that was ever noted. */
  unexplainedBytes = 0

  note(store: KeyValueStore): void {
    const { memtableBytes, blockCache, filters, indexBytes } = store.stats()
    const explained = memtableBytes + blockCache.bytes + filters.bytes + indexBytes
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    const runtimes = this.#othersBytes + Math.max(0, (young?.physical_space_size ?? 0) - YOUNG_BYTES)
    this.unexplainedBytes = Math.max(this.unexplainedBytes, process.memoryUsage.rss() - explained - runtimes)
  }
}

/** Where node runs with --expose-gc: collects garbage, and lets the runtime's own threads give its pages back. */
export async function collectGarbage(): Promise<void> {
  const { gc } = globalThis as { gc?: () => void }
  for (let round = 0; round < 2; round++) {
    gc?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
