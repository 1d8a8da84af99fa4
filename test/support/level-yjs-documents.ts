import { createRequire } from 'node:module'
import type { Doc } from 'yjs'
import { leveled } from '../../src/index.ts'
import { type DatabaseOptions, VarveLevel } from '../../src/level/varve-level.ts'

/** What is used of y-leveldb, which has no declarations that resolve. */
export interface YjsPersistence {
  getYDoc(name: string): Promise<Doc>
  /** Resolves with the clock of the update, or with null after a failure that it only warns of. */
  storeUpdate(name: string, update: Uint8Array): Promise<number | null>
  flushDocument(name: string): Promise<void>
  clearDocument(name: string): Promise<void>
  getStateVector(name: string): Promise<Uint8Array>
  getDiff(name: string, stateVector: Uint8Array): Promise<Uint8Array>
  getAllDocNames(): Promise<string[]>
  destroy(): Promise<void>
  /** Runs a function of the database after all that was called before. */
  _transact<T>(use: (database: VarveLevel) => Promise<T>): Promise<T>
}

interface YjsPersistenceModule {
  readonly LeveldbPersistence: new (
    directory: string,
    options: { Level: typeof VarveLevel; levelOptions: object },
  ) => YjsPersistence
}

// Both by require: y-leveldb's and the tests' Yjs have to be one copy.
const require = createRequire(import.meta.url)
const { LeveldbPersistence } = require('y-leveldb') as YjsPersistenceModule
export const Y: typeof import('yjs') = require('yjs')

export const documentNames: readonly string[] = ['notes', 'plan', 'notes/2', '図']

/** Small memtables and tables, so that a life flushes and merges many times. */
const levelOptions: DatabaseOptions<unknown, unknown> = {
  memtableBytes: 16 << 10,
  compaction: leveled({ sizeRatio: 4, level0Tables: 2, tableBytes: 16 << 10 }),
}

export function openPersistence(directory: string): YjsPersistence {
  return new LeveldbPersistence(directory, { Level: VarveLevel, levelOptions })
}

/** The document that update n belongs to. */
export function documentOf(n: number): string {
  return documentNames[(n * 7 + (n >> 3)) % documentNames.length]!
}

/** Makes update n in its document: one entry of its own in a map, and its number at the end of a text. */
export function makeUpdate(document: Doc, n: number): Uint8Array {
  let made: Uint8Array | undefined
  document.once('update', (update: Uint8Array) => {
    made = update
  })
  document.transact(() => {
    document.getMap<string>('entries').set(String(n), entryOf(n))
    const text = document.getText('order')
    text.insert(text.length, `${n},`)
  })
  return made!
}

/** The numbers of the updates in a document, in the order made, or an error that says what is wrong in it. */
export function updatesIn(document: Doc): number[] {
  const entries = document.getMap<string>('entries')
  const numbers = [...entries.keys()].map(Number).sort((a, b) => a - b)
  for (const n of numbers)
    if (entries.get(String(n)) !== entryOf(n)) throw new Error(`the entry of update ${n} is wrong`)
  const text = document.getText('order').toString()
  if (text !== numbers.map((n) => `${n},`).join('')) throw new Error(`the text is not in order: ${text}`)
  return numbers
}

function entryOf(n: number): string {
  return `${n}:`.padEnd((n * 37) % 1500, '.')
}
