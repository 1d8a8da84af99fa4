import type { EntryCursor } from '../../src/iterator/entry-cursor.ts'
import { MergingCursor } from '../../src/iterator/merging-cursor.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { Block, Found } from '../../src/table/block.ts'
import { BlockBuilder } from '../../src/table/block-builder.ts'
import { BlockCache } from '../../src/table/block-cache.ts'
import { TableReader } from '../../src/table/table-reader.ts'
import { TableCounters } from '../../src/table/table-shared.ts'
import { TableWriter } from '../../src/table/table-writer.ts'
import { TableMemoryFile } from '../../test/support/table-memory-file.ts'
import { type Group, KEY_BYTES, type Part, roundRobin, sortedKeys, VALUE } from './part.ts'

const ENTRIES = 20_000
const PROBES = 2000
const id = new Uint8Array(16).fill(7)
const options = { blockBytes: 4096, filterBitsPerKey: 10, compression: 'none' } as const

function build(keys: readonly Uint8Array[], sequence: number): TableMemoryFile {
  const file = new TableMemoryFile('bench.sst')
  const writer = new TableWriter(file, id, options)
  for (const key of keys) writer.add(key, 0, KEY_BYTES, sequence, 1, VALUE, 0, VALUE.length)
  writer.finish({ oldestMs: 0, newestMs: 0 })
  return file
}

function open(file: TableMemoryFile, cacheBytes: number): TableReader {
  const shared = { cache: new BlockCache(cacheBytes), counters: new TableCounters() }
  return TableReader.open(file, { id: '07'.repeat(16), bytes: file.sizeSync() }, shared)
}

function walk(cursor: EntryCursor): void {
  let entries = 0
  for (cursor.seekToFirst(); cursor.valid; cursor.next()) entries++
  cursor.close()
  if (entries !== ENTRIES) throw new Error(`a walk met ${entries} entries of ${ENTRIES}`)
}

function findPart(name: string, reader: TableReader, keys: readonly Uint8Array[]): Part {
  const lookup = new Lookup()
  const nextKey = roundRobin(keys, 7919)
  const run = (): void => {
    for (let i = 0; i < PROBES; i++) {
      if (!reader.find(lookup.ask(nextKey(), MAX_SEQUENCE))) throw new Error('a key is not there')
    }
  }
  return { name, operations: PROBES, run }
}

/** Lookups in one block of 4 KiB. */
function blockSeek(keys: readonly Uint8Array[]): Part {
  const builder = new BlockBuilder(4096)
  const held = keys.slice(0, 32)
  for (const [i, key] of held.entries()) {
    builder.add(i % 16 === 0 ? 0 : 1, key, 0, KEY_BYTES, 1, 1, VALUE, 0, VALUE.length)
  }
  builder.finish()
  const block = new Block(builder.output.finish(), 'bench.sst', 0)
  const lookup = new Lookup()
  const nextKey = roundRobin(held, 7)
  const run = (): void => {
    for (let i = 0; i < PROBES; i++) {
      if (block.find(lookup.ask(nextKey(), MAX_SEQUENCE)) !== Found.version) throw new Error('a key is not there')
    }
  }
  return { name: 'block seek', operations: PROBES, run }
}

export function tableParts(): Group {
  const keys = sortedKeys(ENTRIES)
  const file = build(keys, 1)
  const cached = open(file, 1 << 30)
  const uncached = open(file, 0)
  return {
    parts: [
      // Of evenly spread keys, neighbours of one block share a byte: the builder is told of no more.
      blockSeek(keys.map((key, i) => Uint8Array.from([i >> 8, ...key.subarray(1)])).sort(Buffer.compare)),
      findPart('table find, cached', cached, keys),
      findPart('table find, not cached', uncached, keys),
      { name: 'table walk, cached', operations: ENTRIES, run: () => walk(cached.cursor(true)) },
      { name: 'table walk, once, reading ahead', operations: ENTRIES, run: () => walk(uncached.cursor(false)) },
      { name: 'table build', operations: ENTRIES, run: () => build(keys, 1) },
    ],
  }
}

/**
 * What compaction does, but for what becomes of the entries: four runs of interleaved keys, read once from end to end.
 */
export function mergeParts(): Group {
  const keys = sortedKeys(ENTRIES)
  const runs = [0, 1, 2, 3].map((run) => {
    const mine = keys.filter((_, i) => (i * 7919) % 4 === run)
    return open(build(mine, run + 1), 0)
  })
  const merge = (): void => walk(new MergingCursor(runs.map((run) => run.cursor(false))))
  return { parts: [{ name: 'merge of four runs', operations: ENTRIES, run: merge }] }
}
