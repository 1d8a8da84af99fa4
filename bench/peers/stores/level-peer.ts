import type { AbstractLevel } from 'abstract-level'
import { VarveLevel } from '../../../src/level/varve-level.ts'
import { SIZES } from '../cell.ts'
import { type Peer, type PeerOptions, pairBytes, WALK_BATCH, type WalkRange } from './peer.ts'
import { peerModule } from './peer-module.ts'

/** What abstract-level's databases have beyond its declarations. */
type Level = AbstractLevel<unknown, Uint8Array, Uint8Array> & {
  compactRange?: (start: Uint8Array, end: Uint8Array) => Promise<void>
  getProperty?: (name: string) => string
}

type LevelClass = new (location: string, options: object) => Level

/** As much as a thousand entries of the largest values: iterators then return what they are asked for. */
const READ_AHEAD_BYTES = 2 << 20

const ALL_KEYS = [new Uint8Array(1), new Uint8Array(32).fill(255)] as const
const NO_KEYS = [new Uint8Array(1024).fill(255), new Uint8Array(1025).fill(255)] as const
/** Long enough for the next merge to begin, where there is one. */
const PAUSE_MS = 5

const ENCODINGS = { keyEncoding: 'view', valueEncoding: 'view' } as const

function levelOptions({ cacheBytes, memtableBytes, tableBytes }: PeerOptions): object {
  return {
    ...{ ...ENCODINGS, compression: false, cacheSize: cacheBytes },
    ...{ writeBufferSize: memtableBytes, maxFileSize: tableBytes },
  }
}

export async function openClassicLevel(directory: string, options: PeerOptions): Promise<Peer> {
  const { ClassicLevel } = peerModule<{ ClassicLevel: LevelClass }>('classic-level')
  return await opened(new ClassicLevel(directory, levelOptions(options)), options)
}

export async function openVarveLevel(directory: string, options: PeerOptions): Promise<Peer> {
  return await opened(new VarveLevel(directory, levelOptions(options)) as unknown as Level, options)
}

/** Nothing of it outlives the process: it stands beside the others as what abstract-level costs by itself. */
export async function openMemoryLevel(): Promise<Peer> {
  const { MemoryLevel } = peerModule<{ MemoryLevel: new (options: object) => Level }>('memory-level')
  const options = { ...ENCODINGS, storeEncoding: 'view' }
  return await opened(new MemoryLevel(options), { durability: 'process', ...SIZES })
}

async function opened(db: Level, { durability }: PeerOptions): Promise<Peer> {
  await db.open()
  const write = { sync: durability === 'power' } as object
  const iterator = (range: WalkRange) => db.iterator({ ...range, highWaterMarkBytes: READ_AHEAD_BYTES } as object)
  return {
    put: (key, value) => db.put(key, value, write),
    batch: (keys, values) =>
      db.batch(
        keys.map((key, i) => ({ type: 'put' as const, key, value: values[i]! })),
        write,
      ),
    get: (key) => db.get(key),
    getSync: (key) => db.getSync(key),
    getMany: (keys) => db.getMany([...keys]),
    walks: {
      async await(range) {
        let bytes = 0
        for await (const [key, value] of iterator(range)) bytes += key.length + value.length
        return bytes
      },
      async batch(range) {
        const entries = iterator(range)
        let bytes = 0
        for (let batch = await entries.nextv(WALK_BATCH); batch.length > 0; batch = await entries.nextv(WALK_BATCH)) {
          bytes += pairBytes(batch)
        }
        await entries.close()
        return bytes
      },
    },
    shortWalk: async (range) => pairBytes(await iterator(range).all()),
    drain: async (isFull) => (isFull ? await db.compactRange?.(...ALL_KEYS) : await mergesDone(db)),
    close: () => db.close(),
  }
}

/**
 * Flushes, and resolves once no merge follows another, of which the tables of the levels tell: a compaction of a range
 * without keys merges nothing, but has its turn only after the merge that is on its way.
 */
async function mergesDone(db: Level): Promise<void> {
  const tables = (): string | undefined => db.getProperty?.('leveldb.stats')
  for (let before: string | undefined; tables() !== before; ) {
    before = tables()
    await db.compactRange?.(...NO_KEYS)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
