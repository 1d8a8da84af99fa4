import { Bench } from 'tinybench'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { BlockCache } from '../../src/table/block-cache.ts'
import { TableReader } from '../../src/table/table-reader.ts'
import { TableCounters } from '../../src/table/table-shared.ts'
import { TableWriter } from '../../src/table/table-writer.ts'
import { TableMemoryFile } from '../../test/support/table-memory-file.ts'

/** Entries a second of building, finding and walking one table of 16-byte keys and 100-byte values, in memory. */
const ENTRIES = 100_000
const KEY_BYTES = 16
const id = new Uint8Array(16).fill(7)
const options = { blockBytes: 4096, filterBitsPerKey: 10, compression: 'none' } as const
const value = new Uint8Array(100).fill(1)
const keys = sortedKeys()

function sortedKeys(): Uint8Array[] {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 16) & 0xff
  }
  const keys = Array.from({ length: ENTRIES }, () => Uint8Array.from({ length: KEY_BYTES }, next))
  return keys.sort((a, b) => Buffer.compare(a, b))
}

function build(filterBitsPerKey: number): TableMemoryFile {
  const file = new TableMemoryFile('bench.sst', new Uint8Array(0))
  const writer = new TableWriter(file, id, { ...options, filterBitsPerKey })
  for (let i = 0; i < ENTRIES; i++) writer.add(keys[i]!, 0, KEY_BYTES, i, 1, value, 0, 100)
  writer.finish({ oldestMs: 0, newestMs: 0 })
  return file
}

function open(file: TableMemoryFile, cacheBytes: number): TableReader {
  const shared = { cache: new BlockCache(cacheBytes), counters: new TableCounters() }
  return TableReader.open(file, { id: '07'.repeat(16), bytes: file.sizeSync() }, shared)
}

function walk(reader: TableReader, fillCache: boolean, forwards: boolean): void {
  const cursor = reader.cursor(fillCache)
  let seen = 0
  if (forwards) for (cursor.seekToFirst(); cursor.valid; cursor.next()) seen++
  else for (cursor.seekToLast(); cursor.valid; cursor.previous()) seen++
  cursor.close()
  if (seen !== ENTRIES) throw new Error(`${seen} entries were seen`)
}

function findAll(reader: TableReader, lastByte: number): number {
  const lookup = new Lookup()
  const key = new Uint8Array(KEY_BYTES)
  let found = 0
  for (let i = 0, at = 0; i < ENTRIES; i++) {
    at = (at + 61_813) % ENTRIES
    key.set(keys[at]!)
    key[KEY_BYTES - 1]! ^= lastByte
    if (reader.find(lookup.ask(key, MAX_SEQUENCE))) found++
  }
  return found
}

const file = build(10)
const cached = open(file, 1 << 30)
const uncached = open(file, 0)
const bench = new Bench({ time: 500, iterations: 3, warmupTime: 300, warmupIterations: 2 })
bench
  .add('build with a filter', () => void build(10))
  .add('build without one', () => void build(0))
  .add('find, cached', () => void findAll(cached, 0))
  .add('find, not cached', () => void findAll(uncached, 0))
  .add('find an absent key', () => void findAll(cached, 1))
  .add('walk, cached', () => walk(cached, true, true))
  .add('walk, once, reading ahead', () => walk(uncached, false, true))
  .add('walk backwards, cached', () => walk(cached, true, false))
await bench.run()
for (const task of bench.tasks) {
  const { result } = task
  if (result?.state !== 'completed') throw new Error(`${task.name} did not run`)
  const rate = ENTRIES / result.latency.p50 / 1000
  process.stdout.write(`${task.name.padEnd(28)} ${rate.toFixed(2)} M entries/s\n`)
}
