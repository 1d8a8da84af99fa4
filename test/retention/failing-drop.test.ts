import { expect, test } from 'vitest'
import { fifo } from '../../src/compaction/fifo.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { codeOf } from '../support/bytes-text.ts'
import { contentOf, contentOn, FaultDisk } from '../support/fault-store.ts'
import { ManualRuntime, settle } from '../support/manual-runtime.ts'

const HOUR = 3_600_000

interface Stage {
  readonly disk: FaultDisk
  readonly runtime: ManualRuntime
  readonly store: KeyValueStore
}

/** Two runs, of which the first has an hour to live, the second two. */
async function twoRuns(): Promise<Stage> {
  const disk = new FaultDisk()
  const runtime = new ManualRuntime()
  const store = await disk.open({ runtime, compaction: fifo({ maxAgeMs: 2 * HOUR }) })
  await store.put('a', '1')
  await store.flush()
  await advance(runtime, HOUR)
  await store.put('a', '2')
  await store.put('b', '2')
  await store.flush()
  await advance(runtime, 1000)
  return { disk, runtime, store }
}

async function advance(runtime: ManualRuntime, ms: number): Promise<void> {
  await runtime.advance(ms)
  for (let i = 0; i < 20; i++) await settle()
}

const tables = ({ disk }: FaultDisk): number => disk.list('/store').filter((name) => name.endsWith('.sst')).length

test('a drop whose edit cannot be written goes on in a fresh manifest', async () => {
  const { disk, runtime, store } = await twoRuns()
  const failed = disk.failNext('append', 'MANIFEST', 'EIO')
  await advance(runtime, HOUR)
  expect([failed(), contentOf(store), tables(disk)]).toEqual([1, 'a=2 b=2', 1])
  expect(await contentOn(disk.powerCut())).toBe('a=2 b=2')
  await store.close()
})

test('a drop whose edit cannot be synced poisons: nothing is unlinked, and the next opening finds one or the other', async () => {
  const { disk, runtime, store } = await twoRuns()
  const failed = disk.failNext('sync', 'MANIFEST', 'EIO')
  await advance(runtime, HOUR)
  expect([failed(), contentOf(store), tables(disk)]).toEqual([1, 'a=2 b=2', 2])
  expect(await codeOf(() => store.put('c', '3'))).toBe('POISONED')
  await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' })
  expect(disk.openFiles).toBe(0)
  expect(await contentOn(disk.powerCut())).toBe('a=2 b=2')
})

test('a table that was dropped and cannot be unlinked is never read, and goes with the next opening after a crash', async () => {
  const { disk, runtime, store } = await twoRuns()
  disk.failNext('unlink', '.sst', 'EIO', 9)
  await advance(runtime, 2 * HOUR)
  expect([contentOf(store), tables(disk)]).toEqual(['', 2])
  disk.heal()
  await store.put('c', '3')
  const after = disk.powerCut()
  // What is left is the table that the recovery made of the log.
  expect([await contentOn(after), tables(after)]).toEqual(['c=3', 1])
  await store.close()
})
