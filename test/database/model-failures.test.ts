import { describe, expect, test } from 'vitest'
import { leveled } from '../../src/compaction/leveled.ts'
import { open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { TINY } from '../support/lsm-harness.ts'

const compaction = leveled({ level0Tables: 2, sizeRatio: 2, tableBytes: 1024 })

function openOn(fileSystem: MemoryFileSystem): Promise<KeyValueStore<'utf8'>> {
  return open('/store', { ...TINY, compaction, fileSystem, encoding: 'utf8' })
}

/** What the model test found, shrunk: each failed once. */
describe('failures that the model found', () => {
  test('a compaction in a life that writes nothing does not make the next opening look for a log', async () => {
    let disk = new MemoryFileSystem()
    let store = await openOn(disk)
    await store.put('a', '1')
    disk = disk.powerCut()
    store = await openOn(disk)
    await store.compact()
    disk = disk.powerCut()
    store = await openOn(disk)
    expect(await store.get('a')).toBe('1')
    await store.close()
  })

  test('a close while a memtable waits for its flush keeps what that holds', async () => {
    const disk = new MemoryFileSystem()
    let store = await openOn(disk)
    await store.put('a', 'old', { durability: 'none' })
    await store.compact()
    const values = Array.from({ length: 40 }, (_, i) => `${i}`.padStart(60, '.'))
    const writes = values.map((value, i) => store.put(`k${i}`, value, { durability: 'none' }))
    const last = store.delete('a', { durability: 'none' })
    await store.close()
    await Promise.all([...writes, last])
    store = await openOn(disk)
    expect(store.recovery.clean).toBe(true)
    expect(await store.get('a')).toBeUndefined()
    for (const [i, value] of values.entries()) expect(await store.get(`k${i}`)).toBe(value)
    await store.close()
  })

  test('two who wait for the same log to be synced do not sync it after it was closed', async () => {
    const disk = new MemoryFileSystem()
    const store = await openOn(disk)
    const value = 'x'.repeat(200)
    // Rotations follow each other so fast that the commit and the flush wait for the same predecessor.
    const writes = Array.from({ length: 200 }, (_, i) => store.put(`k${i % 7}`, value, { durability: 'power' }))
    await Promise.all(writes)
    await store.flush()
    expect(await store.count()).toBe(7)
    await store.close()
  })
})
