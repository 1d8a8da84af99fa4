import { SeededRandom } from '../../lab/random.ts'
import { Zipfian } from '../../lab/workloads/zipfian.ts'
import type { CellRequest, CellRun } from '../cell.ts'
import { freshKey, KEY_BYTES, shuffled, valuesOf, writeKey } from '../records.ts'
import type { Peer } from '../stores/peer.ts'
import { Stopwatch, turn } from './stopwatch.ts'
import type { WorkRun } from './writes.ts'

const MANY = 100
/** Fewer than there are entries in a block of 4 KiB: each block is met. */
const WARM_STRIDE = 3
/** Of the writer beside the readers. */
export const WRITES_PER_SECOND = 20_000

/** Brings every block into the caches, in key order, and the hot code to its final form. */
function warmSync(get: (key: Uint8Array) => Uint8Array | null | undefined, { shape }: CellRequest): void {
  const key = new Uint8Array(KEY_BYTES)
  for (let i = 0; i < shape.records; i += WARM_STRIDE) found(get(writeKey(key, i)), shape.valueBytes)
}

async function warm(peer: Peer, request: CellRequest): Promise<void> {
  if (peer.getSync) return warmSync((key) => peer.getSync!(key), request)
  const { records, valueBytes } = request.shape
  for (let from = 0; from < records; from += WARM_STRIDE * MANY) {
    const count = Math.min(MANY, Math.ceil((records - from) / WARM_STRIDE))
    const keys = Array.from({ length: count }, (_, i) => freshKey(from + i * WARM_STRIDE))
    for (const value of await peer.getMany!(keys)) found(value, valueBytes)
  }
}

function found(value: Uint8Array | null | undefined, valueBytes: number): void {
  if (value?.length !== valueBytes) throw new Error('a key that was loaded is not there, or has another value')
}

export const getsAwaited: WorkRun = async (peer, request) => {
  const get = peer.get!
  await warm(peer, request)
  const { records, valueBytes } = request.shape
  const random = new SeededRandom(request.seed)
  for (let i = 0; i < 2000; i++) await get(freshKey(random.below(records)))
  const watch = new Stopwatch(records, request)
  do found(await get(freshKey(random.below(records))), valueBytes)
  while (!watch.tick())
  return watch.run()
}

/** Of keys that `next` draws. */
function getsSyncOf(next: (random: SeededRandom, records: number) => () => number): WorkRun {
  return async (peer, request) => {
    const get = peer.getSync!
    warmSync((key) => get(key), request)
    const { records, valueBytes } = request.shape
    const draw = next(new SeededRandom(request.seed), records)
    const key = Buffer.alloc(KEY_BYTES)
    const watch = new Stopwatch(records, request)
    do found(get(writeKey(key, draw())), valueBytes)
    while (!watch.tick())
    return watch.run()
  }
}

export const getsSync: WorkRun = getsSyncOf((random, records) => () => random.below(records))

/** Popular keys lie anywhere, not side by side. */
export const getsZipfian: WorkRun = getsSyncOf((random, records) => {
  const zipfian = new Zipfian(records, random)
  return () => shuffled(zipfian.next(), records)
})

/** As db_bench's readmissing asks: keys that are there, with one more byte behind them. */
export const getsMissing: WorkRun = async (peer, request) => {
  const get = peer.getSync!
  const { records } = request.shape
  const random = new SeededRandom(request.seed)
  const key = Buffer.alloc(KEY_BYTES + 1)
  const ask = (): void => {
    if (get(writeKey(key, random.below(records))) !== undefined) throw new Error('a key is there that never was put')
  }
  for (let i = 0; i < records / WARM_STRIDE; i++) ask()
  const watch = new Stopwatch(records, request)
  do ask()
  while (!watch.tick())
  return watch.run()
}

export const getsMany: WorkRun = async (peer, request) => {
  const getMany = peer.getMany!
  await warm(peer, request)
  const { records, valueBytes } = request.shape
  const random = new SeededRandom(request.seed)
  const draw = (): Buffer[] => Array.from({ length: MANY }, () => freshKey(random.below(records)))
  for (let i = 0; i < 20; i++) await getMany(draw())
  const watch = new Stopwatch(records, request)
  do for (const value of await getMany(draw())) found(value, valueBytes)
  while (!watch.tickAtOnce(MANY))
  return watch.run()
}

/** Random reads, synchronous where the store has that, beside a writer of a given pace on the same thread. */
export const readsWhileWriting: WorkRun = async (peer, request): Promise<CellRun> => {
  const { records, valueBytes } = request.shape
  await warm(peer, request)
  const random = new SeededRandom(request.seed)
  const value = valuesOf(request.seed, valueBytes)
  const writes: Promise<unknown>[] = []
  const key = Buffer.alloc(KEY_BYTES)
  const watch = new Stopwatch(records, request)
  const begunMs = performance.now()
  let written = 0
  for (let isOver = false; !isOver; ) {
    const nowMs = performance.now()
    for (; written < ((nowMs - begunMs) * WRITES_PER_SECOND) / 1000; written++) {
      writes.push(peer.put(freshKey(random.below(records)), value(written)))
    }
    while (!isOver && performance.now() < nowMs + 1) {
      const asked = random.below(records)
      const got = peer.getSync ? peer.getSync(writeKey(key, asked)) : await peer.get!(freshKey(asked))
      found(got, valueBytes)
      isOver = watch.tick()
    }
    await turn()
  }
  const run = watch.run({ writesPerSecond: (1000 * written) / (performance.now() - begunMs) })
  await Promise.all(writes)
  return run
}
