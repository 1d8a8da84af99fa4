import { leveled } from '../../src/compaction/leveled.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { nodeRuntime, type Runtime } from '../../src/runtime.ts'
import { Dice } from './fuzz-dice.ts'
import { type Files, filesOf, openOn } from './recovery-disk.ts'

/** Time and randomness that follow from a seed; timers never fire. */
export function fixedRuntime(seed: number): Runtime {
  const dice = new Dice(seed)
  let nowMs = 1_700_000_000_000
  return {
    ...nodeRuntime,
    now: () => ++nowMs,
    monotonic: () => ++nowMs,
    random(target) {
      for (let i = 0; i < target.length; i++) target[i] = dice.below(256)
      return target
    },
    timer: () => () => {},
  }
}

const SHAPES: readonly OpenOptions<'utf8'>[] = [
  { memtableBytes: 1024, blockBytes: 64, filterBitsPerKey: 10, compaction: leveled({ level0Tables: 2, sizeRatio: 2 }) },
  { memtableBytes: 4096, blockBytes: 512, filterBitsPerKey: 0, compaction: sizeTiered({ mergeWidth: 2 }) },
  { memtableBytes: 2048, blockBytes: 400, filterBitsPerKey: 1, compression: 'deflate', compaction: leveled() },
  { memtableBytes: 65_536, blockBytes: 4096, filterBitsPerKey: 32, compression: 'deflate', compaction: sizeTiered() },
]

/**
 * Small stores that the engine itself made, the same at every call: of each shape one closed and one killed in
 * mid-life.
 */
export async function corpusStores(): Promise<Files[]> {
  const stores: Files[] = []
  for (const [i, shape] of SHAPES.entries()) {
    const disk = new MemoryFileSystem()
    const dice = new Dice(1000 + i)
    const options = { ...shape, runtime: fixedRuntime(i), syncIntervalMs: 3_600_000 }
    await live(disk, options, dice)
    stores.push(filesOf(disk))
    const again = await openOn(disk, { ...options, runtime: fixedRuntime(100 + i) })
    again.putSync('k-0003', 'changed')
    again.batchSync([
      { type: 'put', key: 'late', value: 'x'.repeat(30) },
      { type: 'delete', key: 'k-0004' },
    ])
    again.putSync('unsynced', 'y', { durability: 'process' })
    stores.push(filesOf(disk))
    await again.close()
  }
  return stores
}

async function live(disk: MemoryFileSystem, options: OpenOptions<'utf8'>, dice: Dice): Promise<void> {
  const store = await openOn(disk, options)
  const key = (): string => `k-${String(dice.below(60)).padStart(4, '0')}`
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 12; i++) store.putSync(key(), 'v'.repeat(dice.pick([0, 1, 5, 20, 130])))
    store.deleteSync(key())
    store.batchSync([1, 2, 3].map(() => ({ type: 'put', key: key(), value: 'batch' })))
    await store.flush()
  }
  // Versions of one key that no reader needs any more, and such that a snapshot still sees.
  using snapshot = store.snapshot()
  for (let i = 0; i < 20; i++) store.putSync('many', `${i} ${snapshot.sequence}`)
  await store.flush()
  for (let i = 0; i < 5; i++) store.putSync(key(), 'in the log only')
  await store.close()
}
