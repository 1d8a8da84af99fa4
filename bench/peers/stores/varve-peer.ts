import { openBTree } from '../../../src/btree/btree.ts'
import { type KeyValueStore, leveled, open } from '../../../src/index.ts'
import { compactionIdle } from '../../../test/support/compaction-idle.ts'
import { type Peer, type PeerOptions, pairBytes, WALK_BATCH, type Walk, type WalkForm } from './peer.ts'

export async function openVarve(directory: string, options: PeerOptions): Promise<Peer> {
  const { durability, memtableBytes, cacheBytes, tableBytes, baseBytes } = options
  const compaction = leveled({ tableBytes, baseBytes })
  return peerOf(await open(directory, { durability, memtableBytes, blockCacheBytes: cacheBytes, compaction }))
}

/** With its default of 64 MiB of log between checkpoints, more only where others hold more in a memtable. */
export async function openVarveBTree(directory: string, options: PeerOptions): Promise<Peer> {
  const { durability, cacheBytes, memtableBytes } = options
  const checkpointLogBytes = Math.max(64 << 20, memtableBytes)
  return peerOf(await openBTree(directory, { durability, cacheBytes, checkpointLogBytes }))
}

function peerOf(store: KeyValueStore<'bytes'>): Peer {
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
    heldBytes() {
      const { memtableBytes, blockCache, filters, indexBytes } = store.stats()
      return memtableBytes + blockCache.bytes + filters.bytes + indexBytes
    },
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
