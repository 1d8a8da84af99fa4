import { describe, expect, test } from 'vitest'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { codeOf } from '../support/bytes-text.ts'
import { contentOf, contentOn, FaultDisk } from '../support/fault-store.ts'
import { STRATEGIES, TINY } from '../support/lsm-harness.ts'
import { ManualRuntime, settle } from '../support/manual-runtime.ts'

async function withTwoRuns(disk: FaultDisk, runtime: ManualRuntime): Promise<KeyValueStore> {
  const store = await disk.open({ runtime })
  for (const key of ['a', 'b']) {
    await store.put(key, '1')
    await store.flush()
  }
  return store
}

describe('closing', () => {
  test('carries out the writes that wait, in order, and refuses those that come later', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    const writes = [
      store.put('a', '1'),
      store.put('b', '2', { durability: 'none' }),
      store.batch([{ type: 'put', key: 'c', value: '3' }]),
      store.put('d', '4', { durability: 'process' }),
    ]
    const flush = store.flush()
    const cleared = store.clear({ gte: 'd' })
    const close = store.close()
    expect(await codeOf(() => store.put('e', '5'))).toBe('CLOSED')
    expect(await codeOf(() => store.putSync('e', '5'))).toBe('CLOSED')
    expect(await Promise.all(writes)).toEqual([1, 2, 3, 4])
    await Promise.all([flush, cleared, close])
    expect(disk.openFiles).toBe(0)
    for (const left of [disk.powerCut(), disk]) expect(await contentOn(left)).toBe('a=1 b=2 c=3')
  })

  test('makes the next opening clean, with everything durable', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    for (let i = 0; i < 5; i++) await store.put(`k${i}`, 'v', { durability: 'none' })
    await store.close()
    const again = await disk.killed().open()
    expect(again.recovery).toMatchObject({ clean: true, lastSequence: 5, droppedBytes: 0, tablesFlushed: 0 })
    expect(contentOf(again)).toBe('k0=v k1=v k2=v k3=v k4=v')
    await again.close()
    expect(await contentOn(disk.powerCut())).toBe('k0=v k1=v k2=v k3=v k4=v')
  })

  test('ends a compaction that is on its way, at whatever step, and frees its files', async () => {
    for (let steps = 0; ; steps++) {
      const disk = new FaultDisk()
      const runtime = new ManualRuntime()
      const store = await withTwoRuns(disk, runtime)
      runtime.holdsYields = true
      const compact = codeOf(() => store.compact())
      await settle()
      for (let i = 0; i < steps; i++) await runtime.grantYields()
      const close = store.close()
      runtime.holdsYields = false
      await runtime.grantYields()
      await close
      const code = await compact
      expect(['ABORTED', 'none']).toContain(code)
      expect(disk.openFiles, `after ${steps} steps`).toBe(0)
      expect(await contentOn(disk)).toBe('a=1 b=1')
      if (code === 'none') break
    }
  })

  test('during a pool sync of a table lets the flush end once, and syncs no descriptor twice at a time', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    const syncing = disk.nextCall('sync', '.sst')
    const flush = codeOf(() => store.flush())
    await syncing
    await store.close()
    expect(await flush).toBe('none')
    const syncs = disk.calls.filter(({ operation, path }) => operation === 'sync' && path.endsWith('.sst'))
    expect(syncs).toHaveLength(1)
    expect(disk.openFiles).toBe(0)
    expect(await contentOn(disk)).toBe('a=1')
  })
})

describe('a compaction that is aborted', () => {
  test('on its way rejects with ABORTED, and those of others go on', async () => {
    const disk = new FaultDisk()
    const runtime = new ManualRuntime()
    const store = await withTwoRuns(disk, runtime)
    const abort = new AbortController()
    runtime.holdsYields = true
    const ended = codeOf(() => store.compact(undefined, { signal: abort.signal }))
    const other = codeOf(() => store.compact({ gte: 'b' }))
    await settle()
    abort.abort()
    runtime.holdsYields = false
    for (let i = 0; i < 50; i++) await runtime.grantYields()
    expect(await Promise.race([ended, nodeRuntime.sleep(2000)])).toBe('ABORTED')
    expect(await Promise.race([other, nodeRuntime.sleep(2000)])).toBe('none')
    expect(contentOf(store)).toBe('a=1 b=1')
    await store.close()
    expect(disk.openFiles).toBe(0)
  })
})

describe('a synchronous write', () => {
  test('that finds both memtables full flushes and merges in place, in order', async () => {
    const disk = new FaultDisk()
    const store = await disk.open({ ...TINY, compaction: STRATEGIES['leveled']!() })
    let expected = ''
    // Nothing here ever gives way to the event loop: all of it happens within the calls.
    for (let i = 0; i < 200; i++) {
      const key = `k${String(i).padStart(4, '0')}`
      expect(store.putSync(key, `v${i}`.padEnd(40, '.'), { durability: i % 10 === 0 ? 'power' : 'process' })).toBe(
        i + 1,
      )
      expected += `${i === 0 ? '' : ' '}${key}=${`v${i}`.padEnd(40, '.')}`
    }
    const { flushes, compactions } = store.stats()
    expect(flushes).toBeGreaterThan(5)
    expect(compactions).toBeGreaterThan(1)
    expect(contentOf(store)).toBe(expected)
    expect(await contentOn(disk.killed())).toBe(expected)
    await store.close()
    expect(disk.openFiles).toBe(0)
    expect(await contentOn(disk)).toBe(expected)
  })

  test('during a pool sync is durable when it returns, and so is what was before it', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    const syncing = disk.nextCall('sync', '.wal')
    const waiting = Promise.all([store.put('b', '2'), store.put('c', '3')])
    await syncing
    expect(store.putSync('d', '4')).toBe(4)
    expect(await contentOn(disk.powerCut())).toBe('a=1 b=2 c=3 d=4')
    expect(await waiting).toEqual([2, 3])
    await store.close()
    expect(disk.openFiles).toBe(0)
  })
})
