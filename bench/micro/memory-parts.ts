import { checksum } from '../../src/bytes/checksum.ts'
import { hashInto } from '../../src/bytes/hash.ts'
import { encodeFilter, Filter } from '../../src/filter/filter.ts'
import { FilterBuilder } from '../../src/filter/filter-builder.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { Memtable } from '../../src/memtable/memtable.ts'
import { type Group, KEY_BYTES, type Part, randomKeys, roundRobin, sortedKeys, VALUE } from './part.ts'

const PROBES = 10_000

function fill(keys: readonly Uint8Array[]): Memtable {
  const memtable = new Memtable()
  let sequence = 1
  for (const key of keys) memtable.insert(sequence++, 1, key, 0, KEY_BYTES, VALUE, 0, VALUE.length)
  return memtable
}

export function memtableParts(): Group {
  const ascending = sortedKeys(10_000)
  const random = randomKeys(10_000)
  const large = randomKeys(100_000)
  const filled = fill(large)
  const nextKey = roundRobin(large)
  const lookup = new Lookup()
  const seek = (): void => {
    for (let i = 0; i < PROBES; i++) {
      if (!filled.find(lookup.ask(nextKey(), MAX_SEQUENCE))) throw new Error('a key is not there')
    }
  }
  return {
    parts: [
      { name: 'memtable insert, ascending', operations: ascending.length, run: () => fill(ascending) },
      { name: 'memtable insert, random', operations: random.length, run: () => fill(random) },
      { name: 'memtable seek among 100 K', operations: PROBES, run: seek },
    ],
  }
}

export function filterParts(): Group {
  const keys = randomKeys(10_000)
  const build = (): Uint8Array => {
    const builder = new FilterBuilder(10)
    const hash = { hash1: 0, hash2: 0 }
    for (const key of keys) {
      hashInto(hash, key, 0, KEY_BYTES)
      builder.add(hash.hash1, hash.hash2)
    }
    return encodeFilter(builder.finish()!)
  }
  const section = build()
  const filter = Filter.decode(section, 0, section.length)!
  const probe = (probed: readonly Uint8Array[]) => (): number => {
    const hash = { hash1: 0, hash2: 0 }
    let may = 0
    for (const key of probed) {
      hashInto(hash, key, 0, KEY_BYTES)
      if (filter.mayContain(hash.hash1, hash.hash2)) may++
    }
    return may
  }
  return {
    parts: [
      { name: 'filter probe, present', operations: keys.length, run: probe(keys) },
      { name: 'filter probe, absent', operations: keys.length, run: probe(randomKeys(10_000, 2)) },
      { name: 'filter fill', operations: keys.length, run: build },
    ],
  }
}

export function checksumParts(): Group {
  const bytes = new Uint8Array(1 << 20).fill(0x5a)
  const part = (size: number): Part => {
    const operations = 1000
    const run = (): number => {
      let sum = 0
      for (let i = 0, at = 0; i < operations; i++, at = (at + size) % (bytes.length - size)) {
        sum ^= checksum(bytes, at, at + size, i)
      }
      return sum
    }
    return { name: `checksum of ${size} bytes`, operations, run }
  }
  return { parts: [part(128), part(4096)] }
}
