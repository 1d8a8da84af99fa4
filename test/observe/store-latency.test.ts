import { describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/open-btree.ts'
import { open } from '../../src/database/open.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { StoreOptions } from '../../src/kv-store/store-options.ts'
import { nodeRuntime, type Runtime } from '../../src/runtime.ts'
import { seededChoices } from '../../src/testing/choices.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { EventRecorder } from '../support/observe-recorder.ts'

const SYNC_MS = 50

/** A disk whose syncs take 50 ms each, of a clock that moves for nothing else. */
function slowDisk(): { fileSystem: SimulatedFileSystem; runtime: Runtime } {
  let nowMs = 0
  const fileSystem = new SimulatedFileSystem()
  fileSystem.beforeEffect = ({ operation }) => {
    if (operation === 'sync' || operation === 'syncDirectory') nowMs += SYNC_MS
  }
  return { fileSystem, runtime: { ...nodeRuntime, monotonic: () => nowMs } }
}

type Opener = (directory: string, options: StoreOptions<'bytes'>) => Promise<KeyValueStore>

const engines: readonly (readonly [name: string, open: Opener])[] = [
  ['lsm', open],
  ['btree', openBTree],
]

describe.each(engines)('latencies of the %s store', (_name, openStore) => {
  test('of writes have the waiting for the sync in them, and reads none', async () => {
    await using store = await openStore('/slow', slowDisk())
    await store.put('first', '')
    for (let i = 0; i < 40; i++) {
      await store.put(`key ${i}`, 'v')
      await store.delete(`key ${i}`)
      await store.batch([{ type: 'put', key: 'a', value: 'b' }])
    }
    for (let i = 0; i < 500; i++) store.getSync('a')
    expect([...store.scan()]).toHaveLength(2)
    const { put, delete: deleted, batch, get, scan, sync } = store.stats().latency
    for (const { p50Ms, p90Ms, samples } of [put, deleted, batch]) {
      expect(p50Ms).toBeGreaterThan(SYNC_MS * 0.984)
      expect(p90Ms).toBeLessThan(SYNC_MS * 1.016)
      expect(samples).toBeGreaterThanOrEqual(40)
    }
    expect(put.maxMs).toBeGreaterThanOrEqual(3 * SYNC_MS)
    expect([get.maxMs, scan.maxMs, scan.samples]).toEqual([0, 0, 1])
    expect(get.count).toBeGreaterThan(500 - 128)
    expect(sync.p50Ms).toBeGreaterThan(SYNC_MS * 0.984)
  })

  test('of writes in one group have the waiting for the group before', async () => {
    const { fileSystem, runtime } = slowDisk()
    await using store = await openStore('/slow', { fileSystem, runtime })
    await store.put('first', '')
    const first = store.put('a', '1')
    await new Promise((resolve) => process.nextTick(resolve))
    const rest = Array.from({ length: 400 }, (_, i) => store.put(`key ${i}`, 'v'))
    await Promise.all([first, ...rest])
    const { put } = store.stats().latency
    expect(put.count).toBeGreaterThan(402 - 32)
    expect(put.samples).toBeLessThan(60)
    expect(put.p50Ms).toBeGreaterThan(SYNC_MS * 0.984)
  })

  test('of writes that wait for no sync have none in them', async () => {
    await using store = await openStore('/slow', { ...slowDisk(), syncIntervalMs: 3_600_000 })
    await store.put('first', '')
    for (let i = 0; i < 400; i++) await store.put(`key ${i}`, 'v', { durability: i % 2 === 0 ? 'none' : 'process' })
    const { put } = store.stats().latency
    expect(put.count).toBeGreaterThan(401 - 32)
    expect(put.samples).toBeLessThan(60)
    expect(put.p90Ms).toBeLessThan(0.001)
  })

  test('of syncs count what the statistics count', async () => {
    await using store = await openStore('/slow', slowDisk())
    for (let i = 0; i < 10; i++) store.putSync(`key ${i}`, 'v')
    await store.flush()
    const { latency, syncs } = store.stats()
    expect(latency.sync.count).toBe(syncs)
    expect(latency.sync.totalMs).toBe(syncs * SYNC_MS)
    expect(latency.put.samples).toBe(10)
    expect(latency.flush.count).toBe(1)
  })

  test('of writes that fail are not there, and those writes are counted', async () => {
    const { fileSystem, runtime } = slowDisk()
    const store = await openStore('/slow', { fileSystem, runtime, maxPendingBytes: 4096 })
    await store.put('first', '')
    const before = store.stats().latency.put.samples
    fileSystem.faults = ({ operation }) => (operation === 'append' ? { error: 'EIO' } : undefined)
    await expect(store.put('a', 'b')).rejects.toMatchObject({ code: 'IO' })
    const writes = Array.from({ length: 10 }, () => store.put('key', 'x'.repeat(1000)).catch(({ code }) => code))
    const codes = await Promise.all(writes)
    const overloaded = codes.filter((code) => code === 'OVERLOADED').length
    expect(overloaded).toBeGreaterThan(0)
    const { latency, commits } = store.stats()
    expect(latency.put.samples).toBe(before)
    expect(commits).toEqual({ groups: 1, failedWrites: 11, overloadedWrites: overloaded })
    fileSystem.faults = undefined
    await store.close()
  })
})

test('in simulation, statistics and events are the same each time', async () => {
  const run = async (): Promise<unknown> => {
    using recorder = new EventRecorder('/again')
    const choices = seededChoices(5)
    const runtime = new SimulatedRuntime({ choices, seed: 5 })
    const disk = new SimulatedFileSystem({ choices, runtime })
    const options = { fileSystem: disk, runtime, memtableBytes: 2048, blockBytes: 256 }
    const store = await runtime.run(open('/again', options))
    for (let i = 0; i < 60; i++) await runtime.run(store.put(`key ${i % 20}`, 'x'.repeat(100)))
    await runtime.run(store.compact())
    const stats = store.stats()
    await runtime.run(store.close())
    return { stats, events: recorder.events }
  }
  const first = await run()
  expect(await run()).toEqual(first)
  expect(first).toMatchObject({ stats: { latency: { put: { count: 60 } } } })
})
