import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BuildQueue } from '../../src/compaction/thread/build-queue.ts'
import {
  type BuildOutcome,
  type StartMessage,
  type ThreadMessage,
  Word,
} from '../../src/compaction/thread/thread-message.ts'
import { CountingFileSystem } from '../../src/fs/counting-file-system.ts'
import { nodeFileSystem } from '../../src/fs/node-file-system.ts'
import { Memtable } from '../../src/memtable/memtable.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

// What a thread does, done in this one.
let place: ReturnType<typeof temporaryDirectory>
let fileSystem: CountingFileSystem
let messages: ThreadMessage[]
let queue: BuildQueue

beforeEach(() => {
  place = temporaryDirectory()
  fileSystem = new CountingFileSystem(nodeFileSystem)
  messages = []
  queue = new BuildQueue((message) => messages.push(message))
})
afterEach(() => place.remove())

function flushOf(id: number, entries: number): StartMessage {
  const memtable = new Memtable()
  for (let i = 0; i < entries; i++) {
    const key = Buffer.from(`key-${String(i).padStart(6, '0')}`)
    memtable.insert(i + 1, 1, key, 0, key.length, key, 0, key.length)
  }
  const task = {
    keyspace: 0,
    run: 1,
    numbers: { first: id, count: 1 },
    options: { blockBytes: 256, filterBitsPerKey: 10, compression: 'none' as const },
    snapshots: [],
    keepTombstones: true,
    sliceBytes: 1024,
    oldestMs: 1,
    newestMs: 1,
  }
  const words = new Int32Array(new SharedArrayBuffer(Word.count * 4))
  const request = { kind: 'flush', memtable: memtable.share(), task } as const
  const home = { directory: place.directory, gate: fileSystem.gate.share() }
  return { id, request, place: home, words, sharedBytesMade: 0 }
}

const endOf = (id: number): BuildOutcome | undefined =>
  messages.flatMap((message) => (message.id === id && message.kind === 'end' ? message.outcome : []))[0]

function finish(): void {
  while (queue.step());
}

describe('the work of a thread', () => {
  test('a flush becomes a table with every entry of the memtable', () => {
    queue.add(flushOf(7, 500))
    finish()
    expect(endOf(7)).toMatchObject({ kind: 'built', tables: [{ number: 7, entries: 500, level: 0 }] })
    expect(readdirSync(place.directory)).toEqual(['000007.sst'])
  })

  test('from the moment at which the store is poisoned nothing is written, synced or removed', () => {
    queue.add(flushOf(7, 500))
    for (let i = 0; i < 3; i++) queue.step()
    fileSystem.gate.close(new Error('a sync failed'))
    finish()
    expect(endOf(7)).toMatchObject({ kind: 'failed', error: { code: 'POISONED' } })
    // What there was before is still there.
    expect(readdirSync(place.directory)).toEqual(['000007.sst'])
    queue.add(flushOf(8, 500))
    finish()
    expect(endOf(8)).toMatchObject({ kind: 'failed', error: { code: 'POISONED' } })
    expect(readdirSync(place.directory)).toEqual(['000007.sst'])
  })

  test('what nobody wants any more ends at its next slice, and its files go', () => {
    const start = flushOf(7, 500)
    queue.add(start)
    for (let i = 0; i < 3; i++) queue.step()
    expect(readdirSync(place.directory)).toEqual(['000007.sst'])
    Atomics.store(start.words, Word.Abandoned, 1)
    queue.step()
    expect(endOf(7)).toEqual({ kind: 'built', tables: [] })
    expect(readdirSync(place.directory)).toEqual([])
  })

  test('who watches is told of the next slice, once; every step is counted for whoever stands still', () => {
    const start = flushOf(7, 500)
    queue.add(start)
    expect(Atomics.load(start.words, Word.Steps)).toBe(1)
    Atomics.store(start.words, Word.Watched, 1)
    queue.step()
    queue.step()
    expect(messages).toEqual([{ id: 7, kind: 'slice' }])
    expect(Atomics.load(start.words, Word.Steps)).toBe(3)
  })
})
