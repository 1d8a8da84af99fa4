import { describe, expect, test } from 'vitest'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { contentOf, contentOn, FaultDisk } from '../support/fault-store.ts'

/** Where the failing append stops: before its first byte, within the record, and when all of it is in the file. */
const PARTS = [0, 5, 20, 1000]

async function withFirst(disk: FaultDisk): Promise<KeyValueStore> {
  const store = await disk.open()
  await store.put('a', '1')
  return store
}

describe('a write to the log that fails', () => {
  test.each(PARTS)(
    'after %i bytes is cut back, refused and absent for good; writing goes on in a new log',
    async (afterBytes) => {
      const disk = new FaultDisk()
      const store = await withFirst(disk)
      const before = disk.calls.length
      disk.failNext('append', '.wal', { error: 'EIO', afterBytes })
      await expect(store.put('b', '2')).rejects.toMatchObject({ code: 'IO', outcome: 'not-applied' })
      const log = disk.calls[before]!.path
      expect(disk.changesSince(before)).toEqual([`append ${log}`, `truncate ${log}`, `sync ${log}`])
      expect(contentOf(store)).toBe('a=1')
      expect(contentOf(await disk.killed().open())).toBe('a=1')
      expect(await contentOn(disk.powerCut())).toBe('a=1')
      const last = disk.calls.length
      expect(await store.put('c', '3')).toBe(2)
      expect(disk.changesSince(last).some((change) => change === `append ${log}`)).toBe(false)
      for (const left of [disk.killed(), disk.powerCut()]) {
        expect(await contentOn(left)).toBe('a=1 c=3')
        expect(await contentOn(left)).toBe('a=1 c=3')
      }
      await store.close()
      expect(disk.openFiles).toBe(0)
      expect(await contentOn(disk)).toBe('a=1 c=3')
    },
  )

  test('in a synchronous call, is cut back in place', async () => {
    const disk = new FaultDisk()
    const store = await withFirst(disk)
    disk.failNext('append', '.wal', { error: 'EIO', afterBytes: 7 })
    expect(() => store.putSync('b', '2')).toThrow(expect.objectContaining({ code: 'IO', outcome: 'not-applied' }))
    expect(store.putSync('c', '3')).toBe(2)
    expect(await contentOn(disk.powerCut())).toBe('a=1 c=3')
    await store.close()
    expect(await contentOn(disk)).toBe('a=1 c=3')
  })

  test('takes no resolved none write back: it keeps its sequence and goes to the new log', async () => {
    const disk = new FaultDisk()
    const store = await withFirst(disk)
    disk.failNext('append', '.wal', { error: 'EIO', afterBytes: 9 })
    expect(await store.put('n', '2', { durability: 'none' })).toBe(2)
    const refused = store.put('p', '3')
    await expect(refused).rejects.toMatchObject({ code: 'IO', outcome: 'not-applied' })
    expect(await store.put('q', '4')).toBe(3)
    expect(contentOf(store)).toBe('a=1 n=2 q=4')
    for (const left of [disk.killed(), disk.powerCut()]) expect(await contentOn(left)).toBe('a=1 n=2 q=4')
    await store.close()
    expect(await contentOn(disk)).toBe('a=1 n=2 q=4')
  })

  test('again and again refuses each write alone', async () => {
    const disk = new FaultDisk()
    const store = await withFirst(disk)
    for (let i = 0; i < 5; i++) {
      disk.failNext('append', '.wal', { error: 'EIO', afterBytes: 3 })
      await expect(store.put(`x${i}`, 'x')).rejects.toMatchObject({ outcome: 'not-applied' })
      expect(await store.put(`y${i}`, 'y')).toBe(2 + i)
    }
    const expected = 'a=1 y0=y y1=y y2=y y3=y y4=y'
    expect(await contentOn(disk.powerCut())).toBe(expected)
    await store.close()
    expect(await contentOn(disk)).toBe(expected)
  })

  test('while the first log is made, leaves a store that takes the next write', async () => {
    for (const [operation, ending] of [
      ['open', '.wal'],
      ['append', '.wal'],
      ['append', 'MANIFEST'],
    ] as const) {
      const disk = new FaultDisk()
      const store = await disk.open()
      disk.failNext(operation, ending)
      const first = await store.put('a', '1').catch((error: unknown) => error)
      if (typeof first !== 'number') expect(first).toMatchObject({ code: 'IO', outcome: 'not-applied' })
      await store.put('b', '2')
      const expected = typeof first === 'number' ? 'a=1 b=2' : 'b=2'
      expect(await contentOn(disk.powerCut())).toBe(expected)
      await store.close()
      expect(await contentOn(disk)).toBe(expected)
    }
  })

  test('as a promise in an idle moment harms nothing', async () => {
    const disk = new FaultDisk()
    const store = await disk.open({ syncIntervalMs: 0 })
    const failed = disk.failNext('append', '.wal', { error: 'EIO', afterBytes: 4 }, 0)
    expect(failed()).toBe(0)
    await store.put('a', '1')
    const tried = disk.failNext('append', '.wal', { error: 'EIO', afterBytes: 4 })
    while (tried() === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    await store.put('b', '2')
    // Were the torn promise not cut off, the log of b would not follow on one that ends as its link says.
    for (const left of [disk.killed(), disk.powerCut()]) expect(await contentOn(left)).toBe('a=1 b=2')
    await store.close()
    expect(await contentOn(disk)).toBe('a=1 b=2')
  })
})
