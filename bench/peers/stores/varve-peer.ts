import { openBTree } from '../../../src/btree/btree.ts'
import { type KeyValueStore, leveled, open } from '../../../src/index.ts'
import { compactionIdle } from '../../../test/support/compaction-idle.ts'
import { TABLE_BYTES } from '../cell.ts'
import { type Peer, type PeerOptions, pairBytes, WALK_BATCH, type Walk, type WalkForm } from './peer.ts'

export async function openVarve(directory: string, options: PeerOptions): Promise<Peer> {
  const { durability, memtableBytes, cacheBytes } = options
  const compaction = leveled({ tableBytes: TABLE_BYTES })
  return peerOf(await open(directory, { durability, memtableBytes, blockCacheBytes: cacheBytes, compaction }))
}

/** A checkpoint for as many bytes of log as the others have of memtable would be dear, and is nobody's default. */
export async function openVarveBTree(directory: string, { durability, cacheBytes }: PeerOptions): Promise<Peer> {
  return peerOf(await openBTree(directory, { durability, cacheBytes }))
}

export function peerOf(store: KeyValueStore<'bytes'>): Peer {
  return {
    put: (key, value) => store.put(key, value),
    batch: (keys, values) => store.batch(keys.map((key, i) => ({ type: 'put' as const, key, value: values[i]! }))),
    get: (key) => store.get(key),
    getSync: (key) => store.getSync(key),
    getMany: (keys) => store.getMany(keys),
    walks: walksOf(store),
    shortWalk: (range) => {
      using scan = store.scan(range)
      return pairBytes(scan.nextBatchSync(range.limit ?? WALK_BATCH))
    },
    drain: (isFull) => (isFull ? store.compact() : compactionIdle(store)),
    close: () => store.close(),
  }
}

function walksOf(store: KeyValueStore<'bytes'>): Record<WalkForm, Walk> {
  return {
    async await(range) {
      let bytes = 0
      for await (const [key, value] of store.scan(range)) bytes += key.length + value.length
      return bytes
    },
    sync(range) {
      let bytes = 0
      for (const [key, value] of store.scan(range)) bytes += key.length + value.length
      return bytes
    },
    batch(range) {
      using scan = store.scan(range)
      let bytes = 0
      for (let batch = scan.nextBatchSync(WALK_BATCH); batch.length > 0; batch = scan.nextBatchSync(WALK_BATCH)) {
        bytes += pairBytes(batch)
      }
      return bytes
    },
  }
}
