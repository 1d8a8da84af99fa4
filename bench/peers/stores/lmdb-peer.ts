import { type Peer, type PeerOptions, WALK_BATCH, type WalkRange } from './peer.ts'
import { peerModule } from './peer-module.ts'

interface Entry {
  readonly key: Buffer
  readonly value: Buffer
}

/** What is used of lmdb's own declarations, which are not there where it is not installed. */
interface Lmdb {
  put(key: Buffer, value: Uint8Array): Promise<boolean> & { readonly flushed?: Promise<unknown> }
  transactionSync(write: () => void): unknown
  getBinary(key: Uint8Array): Buffer | undefined
  getMany(keys: readonly Buffer[]): Promise<(Buffer | undefined)[]>
  getRange(options: object): Iterable<Entry> & AsyncIterable<Entry> & { readonly asArray: Entry[] }
  readonly flushed: PromiseLike<unknown>
  close(): Promise<void>
}

/** The map grows by itself, but this spares it. */
const MAP_BYTES = 16 * 2 ** 30

/** A walk of the whole range in arrays begins each behind the last key of the one before. */
function entryBytes(entries: readonly Entry[]): number {
  let bytes = 0
  for (let i = 0; i < entries.length; i++) bytes += entries[i]!.key.length + entries[i]!.value.length
  return bytes
}

function toRange({ gte, reverse, limit }: WalkRange): object {
  return { ...(gte && { start: gte }), ...(reverse && { reverse }), ...(limit !== undefined && { limit }) }
}

/**
 * 'power' is its default: overlapping syncs, of which each write awaits its own `flushed`. 'process' is `noSync`: a
 * commit is with the operating system, and nothing is flushed.
 */
export async function openLmdb(directory: string, { durability }: PeerOptions): Promise<Peer> {
  const { open } = peerModule<{ open: (options: object) => Lmdb }>('lmdb')
  const isDurable = durability === 'power'
  const db = open({
    ...{ path: directory, encoding: 'binary', keyEncoding: 'binary', mapSize: MAP_BYTES },
    ...(isDurable ? { separateFlushed: true } : { noSync: true }),
  })
  return {
    put: isDurable ? (key, value) => db.put(key, value).flushed! : (key, value) => db.put(key, value),
    async batch(keys, values) {
      db.transactionSync(() => {
        for (let i = 0; i < keys.length; i++) void db.put(keys[i]!, values[i]!)
      })
    },
    getSync: (key) => db.getBinary(key),
    getMany: (keys) => db.getMany(keys),
    walks: {
      sync(range) {
        let bytes = 0
        for (const { key, value } of db.getRange(toRange(range))) bytes += key.length + value.length
        return bytes
      },
      batch: (range) => walkArrays(db, range),
    },
    shortWalk: (range) => entryBytes(db.getRange(toRange(range)).asArray),
    drain: async () => void (await db.flushed),
    close: () => db.close(),
  }
}

function walkArrays(db: Lmdb, range: WalkRange): number {
  let bytes = 0
  let options: object = { ...toRange(range), limit: WALK_BATCH }
  for (;;) {
    const entries = db.getRange(options).asArray
    bytes += entryBytes(entries)
    if (entries.length < WALK_BATCH) return bytes
    options = { ...options, start: entries.at(-1)!.key, exclusiveStart: true }
  }
}
