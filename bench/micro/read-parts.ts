import { open } from '../../src/index.ts'
import { freshScratch } from '../project.ts'
import { type Group, KEY_BYTES, randomKeys, roundRobin, VALUE } from './part.ts'

const ENTRIES = 200_000
const READS = 2000
const SCANNED = 10_000
const SHORT_SCANS = 200
const SHORT_ENTRIES = 50

/** A store whose entries are all in tables, with a cache that holds them. */
export async function readParts(): Promise<Group> {
  const keys = randomKeys(ENTRIES)
  const db = await open(freshScratch('micro-read'), { blockCacheBytes: 128 << 20, durability: 'none' })
  for (const key of keys) await db.put(key, VALUE)
  await db.compact()
  for (const _ of db.scan()) {
    // The cache fills.
  }
  const here = roundRobin(keys)
  const absent = roundRobin(randomKeys(ENTRIES, 2))
  const read = (find: (key: Uint8Array) => unknown, next: () => Uint8Array, there: boolean) => (): void => {
    for (let i = 0; i < READS; i++) if ((find(next()) !== undefined) !== there) throw new Error('a wrong answer')
  }
  const getAwaited = async (): Promise<void> => {
    for (let i = 0; i < READS; i++) if ((await db.get(here())) === undefined) throw new Error('a wrong answer')
  }
  const expectMet = (entries: number): void => {
    if (entries !== SCANNED) throw new Error(`a scan met ${entries} entries of ${SCANNED}`)
  }
  const loop = (): void => {
    let met = 0
    for (const [key] of db.scan({ limit: SCANNED })) if (key.length === KEY_BYTES) met++
    expectMet(met)
  }
  const loopAwaited = async (): Promise<void> => {
    let met = 0
    for await (const [key] of db.scan({ limit: SCANNED })) if (key.length === KEY_BYTES) met++
    expectMet(met)
  }
  const batches = (): void => {
    using scan = db.scan({ limit: SCANNED })
    let met = 0
    for (let batch = scan.nextBatchSync(1000); batch.length > 0; batch = scan.nextBatchSync(1000)) met += batch.length
    expectMet(met)
  }
  const sorted = keys.toSorted(Buffer.compare)
  // So that none of them ends early.
  const starts = roundRobin(sorted.slice(0, -SHORT_ENTRIES))
  const shortScans = (): void => {
    for (let i = 0; i < SHORT_SCANS; i++) {
      const { length } = db.scan({ gte: starts(), limit: SHORT_ENTRIES }).allSync()
      if (length !== SHORT_ENTRIES) throw new Error('a scan ended early')
    }
  }
  return {
    parts: [
      { name: 'getSync, cached', operations: READS, run: read((key) => db.getSync(key), here, true) },
      {
        name: 'getSync, cached, with options',
        operations: READS,
        run: read((key) => db.getSync(key, { encoding: 'buffer' }), here, true),
      },
      { name: 'getSync, missing', operations: READS, run: read((key) => db.getSync(key), absent, false) },
      { name: 'get, awaited', operations: READS, run: getAwaited, isAsync: true },
      { name: 'scan, for', operations: SCANNED, run: loop },
      { name: 'scan, for await', operations: SCANNED, run: loopAwaited, isAsync: true },
      { name: 'scan, nextBatchSync(1000)', operations: SCANNED, run: batches },
      { name: 'scans of 50 entries', operations: SHORT_SCANS * SHORT_ENTRIES, run: shortScans },
    ],
    close: () => db.close(),
  }
}
