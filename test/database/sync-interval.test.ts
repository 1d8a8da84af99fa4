import { expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import type { Durability } from '../../src/kv-store/kv-store.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'

const INTERVAL_MS = 1000

/** The keys that a power cut would leave now, on a disk that keeps nothing but what was synced. */
async function durableKeys(disk: SimulatedFileSystem): Promise<string> {
  const image = disk.crash()
  const runtime = new SimulatedRuntime()
  image.runtime = runtime
  const store = await runtime.run(open('/store', { fileSystem: image, runtime, encoding: 'utf8' }))
  const keys = [...store.scan().keys()].join('')
  await runtime.run(store.close())
  return keys
}

test.each<Durability>(['process', 'none'])(
  "a sync begins syncIntervalMs after the oldest '%s' write that waits, whatever comes behind it",
  async (durability) => {
    const runtime = new SimulatedRuntime()
    const disk = new SimulatedFileSystem({ profile: 'synced-only', runtime })
    const options = { fileSystem: disk, runtime, syncIntervalMs: INTERVAL_MS }
    const store = await runtime.run(open('/store', options))
    await runtime.run(store.put('a', '1', { durability: 'power' }))
    await runtime.advance(10 * INTERVAL_MS)

    await runtime.run(store.put('b', '2', { durability }))
    await runtime.advance(INTERVAL_MS - 1)
    await runtime.run(store.put('c', '3', { durability }))
    expect(await durableKeys(disk)).toBe('a')
    await runtime.advance(1)
    expect(await durableKeys(disk)).toBe('abc')

    await runtime.run(store.put('d', '4', { durability }))
    await runtime.advance(INTERVAL_MS - 1)
    expect(await durableKeys(disk)).toBe('abc')
    await runtime.advance(1)
    expect(await durableKeys(disk)).toBe('abcd')
    await runtime.run(store.close())
  },
)

test('a write that comes while such a sync is under way has an interval of its own', async () => {
  const runtime = new SimulatedRuntime()
  const disk = new SimulatedFileSystem({ profile: 'synced-only', runtime })
  const store = await runtime.run(open('/store', { fileSystem: disk, runtime, syncIntervalMs: INTERVAL_MS }))
  await runtime.run(store.put('a', '1', { durability: 'process' }))
  let syncs = 0
  disk.faults = ({ operation, path }) => {
    if (operation !== 'sync' || !path.endsWith('.wal')) return undefined
    // Asked at the call, so the sync is under way then, and does not have to cover what comes.
    if (syncs++ === 0) queueMicrotask(() => store.putSync('b', '2', { durability: 'process' }))
    return undefined
  }
  await runtime.advance(INTERVAL_MS)
  expect([syncs, store.getSync('b')]).toEqual([1, Uint8Array.of(50)])
  await runtime.advance(INTERVAL_MS - 1)
  expect(syncs).toBe(1)
  await runtime.advance(1)
  expect([syncs, await durableKeys(disk)]).toEqual([2, 'ab'])
  await runtime.run(store.close())
})
