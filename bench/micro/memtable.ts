import { Bench } from 'tinybench'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { Memtable } from '../../src/memtable/memtable.ts'

/** Rates of the memtable alone: 16-byte keys, 100-byte values; random, zero-padded decimal and ascending keys. */
const VALUE = new Uint8Array(100).fill(7)
const KEY_BYTES = 16

function randomKeys(count: number): Uint8Array {
  const keys = new Uint8Array(count * KEY_BYTES)
  let state = 1
  for (let i = 0; i < keys.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    keys[i] = state >>> 24
  }
  return keys
}

function decimalKeys(count: number, shuffled: boolean): Uint8Array {
  const keys = new Uint8Array(count * KEY_BYTES)
  const encoder = new TextEncoder()
  for (let i = 0; i < count; i++) {
    const number = shuffled ? (i * 7919) % count : i
    encoder.encodeInto(String(number).padStart(KEY_BYTES, '0'), keys.subarray(i * KEY_BYTES))
  }
  return keys
}

function fill(keys: Uint8Array): Memtable {
  const memtable = new Memtable()
  for (let at = 0, sequence = 1; at < keys.length; at += KEY_BYTES) {
    memtable.insert(sequence++, 1, keys, at, at + KEY_BYTES, VALUE, 0, VALUE.length)
  }
  return memtable
}

function findAll(memtable: Memtable, keys: readonly Uint8Array[]): number {
  const lookup = new Lookup()
  let found = 0
  for (const key of keys) if (memtable.find(lookup.ask(key, MAX_SEQUENCE))) found++
  return found
}

function walk(memtable: Memtable): number {
  const cursor = memtable.cursor()
  let bytes = 0
  for (cursor.seekToFirst(); cursor.valid; cursor.next()) bytes += cursor.keyEnd - cursor.keyStart
  return bytes
}

/** The keys, each one its own, in another order than they came in. */
function scattered(keys: Uint8Array): Uint8Array[] {
  const count = keys.length / KEY_BYTES
  return Array.from({ length: count }, (_, i) => {
    const at = ((i * 104_729) % count) * KEY_BYTES
    return keys.slice(at, at + KEY_BYTES)
  })
}

const bench = new Bench({ time: 0, iterations: 3, warmup: true, warmupTime: 0, warmupIterations: 1 })
const sizes = new Map<string, number>()

function add(name: string, keys: Uint8Array): void {
  const filled = fill(keys)
  const order = scattered(keys)
  for (const work of ['insert', 'find', 'walk']) sizes.set(`${name} ${work}`, order.length)
  bench.add(`${name} insert`, () => void fill(keys))
  bench.add(`${name} find`, () => void findAll(filled, order))
  bench.add(`${name} walk`, () => void walk(filled))
}

add('30 K random', randomKeys(30_000))
add('500 K random', randomKeys(500_000))
add('500 K decimal, shuffled', decimalKeys(500_000, true))
add('500 K decimal, ascending', decimalKeys(500_000, false))
await bench.run()
for (const task of bench.tasks) {
  const { result } = task
  if (!('latency' in result)) continue
  const rate = sizes.get(task.name)! / result.latency.p50
  process.stdout.write(`${task.name.padEnd(36)} ${Math.round(rate).toLocaleString('en').padStart(8)} K/s\n`)
}
