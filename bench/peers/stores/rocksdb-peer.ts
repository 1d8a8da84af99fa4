import type { Peer, PeerOptions, WalkRange } from './peer.ts'
import { peerModule } from './peer-module.ts'

interface Batch {
  tryPut(key: Uint8Array, value: Uint8Array): void
  get(key: Uint8Array): Promise<Buffer | null>
  flush(): Promise<void>
  tryFlush(): void
  destroy(): void
}

/** What is used of rocksdb-native, which declares no types. */
interface RocksDB {
  ready(): Promise<void>
  put(key: Uint8Array, value: Uint8Array): Promise<void>
  get(key: Uint8Array): Promise<Buffer | null>
  write(options: object): Batch
  read(options: object): Batch
  iterator(range: object): AsyncIterable<{ readonly key: Buffer; readonly value: Buffer }>
  flush(): Promise<void>
  compactRange(): Promise<void>
  close(): Promise<void>
}

/** Entries that one crossing into native code brings; 8 unless said. */
const READ_AHEAD = 1000

/**
 * It can sync nothing and size no cache, and reads only through its thread pool: there is no 'power' of it, nor
 * getSync.
 */
export async function openRocksdbNative(directory: string, { memtableBytes }: PeerOptions): Promise<Peer> {
  const RocksDB = peerModule<new (path: string, options: object) => RocksDB>('rocksdb-native')
  const db = new RocksDB(directory, { writeBufferSize: memtableBytes, tableBlockSize: 4096 })
  await db.ready()
  const walk = async (range: WalkRange): Promise<number> => {
    let bytes = 0
    const capacity = Math.min(READ_AHEAD, range.limit ?? READ_AHEAD)
    for await (const { key, value } of db.iterator({ ...range, capacity })) bytes += key.length + value.length
    return bytes
  }
  return {
    put: (key, value) => db.put(key, value),
    async batch(keys, values) {
      const batch = db.write({ capacity: keys.length, autoDestroy: true })
      for (let i = 0; i < keys.length; i++) batch.tryPut(keys[i]!, values[i]!)
      await batch.flush()
    },
    get: (key) => db.get(key),
    async getMany(keys) {
      const batch = db.read({ capacity: keys.length, autoDestroy: true })
      const found = keys.map((key) => batch.get(key))
      batch.tryFlush()
      return await Promise.all(found)
    },
    walks: { await: walk },
    shortWalk: walk,
    // Of merges that go on behind a flush it tells nothing.
    async drain(isFull) {
      await db.flush()
      if (isFull) await db.compactRange()
    },
    close: () => db.close(),
  }
}
