import { type BatchOperation, open } from '../../src/index.ts'
import { freshScratch } from '../project.ts'
import { type Group, randomKeys, roundRobin, VALUE } from './part.ts'

const ENTRIES = 100_000
const PUTS = 1000
const READS = 2000

/** A store that keeps everything in its memtable, so that no flush comes between. */
export async function writeParts(): Promise<Group> {
  const keys = randomKeys(ENTRIES)
  const db = await open(freshScratch('micro-write'), { memtableBytes: 1 << 30, durability: 'process' })
  for (const key of keys) db.putSync(key, VALUE, { durability: 'none' })
  const next = roundRobin(keys)
  const get = (): void => {
    for (let i = 0; i < READS; i++) if (db.getSync(next()) === undefined) throw new Error('a wrong answer')
  }
  const putEach = async (): Promise<void> => {
    for (let i = 0; i < PUTS; i++) await db.put(next(), VALUE)
  }
  const putSync = (): void => {
    for (let i = 0; i < PUTS; i++) db.putSync(next(), VALUE)
  }
  // As most callers have them: an array made for the call.
  const putFresh = (): void => {
    for (let i = 0; i < PUTS; i++) db.putSync(Uint8Array.from(next()), VALUE)
  }
  const batch = (): Promise<number> => {
    const operations: BatchOperation[] = []
    for (let i = 0; i < PUTS; i++) operations.push({ type: 'put', key: next(), value: VALUE })
    return db.batch(operations)
  }
  return {
    parts: [
      { name: 'getSync, in the memtable', operations: READS, run: get },
      { name: 'put, awaited', operations: PUTS, run: putEach, isAsync: true },
      { name: 'putSync', operations: PUTS, run: putSync },
      { name: 'putSync, fresh keys', operations: PUTS, run: putFresh },
      { name: 'batch of 1,000', operations: PUTS, run: batch, isAsync: true },
    ],
    close: () => db.close(),
  }
}
