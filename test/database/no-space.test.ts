import { describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { codeOf } from '../support/bytes-text.ts'
import { contentOf, contentOn, FaultDisk } from '../support/fault-store.ts'

const VALUE = 'v'.repeat(100)

/** Writes until the disk is full; returns the keys that were acknowledged. */
async function fill(store: KeyValueStore, disk: FaultDisk, bytes = 2000): Promise<string[]> {
  const keys: string[] = []
  for (let i = 0; ; i++) {
    if (i === 3) disk.disk.capacityBytes = sizeOn(disk) + bytes
    const key = `key${String(i).padStart(4, '0')}`
    try {
      await store.put(key, VALUE)
    } catch (error) {
      expect(error).toMatchObject({ code: 'NO_SPACE', outcome: 'not-applied' })
      return keys
    }
    keys.push(key)
  }
}

function sizeOn({ disk }: FaultDisk): number {
  return disk.list('/store').reduce((sum, name) => sum + disk.status(`/store/${name}`)!.size, 0)
}

const keysOf = (content: string): string[] => content.split(' ').map((entry) => entry.split('=')[0]!)

describe('a full disk', () => {
  test('refuses an opening that must write, and says that reading needs no space', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', 'x')
    disk.disk.capacityBytes = sizeOn(disk)
    const killed = disk.disk.killed()
    await store.close().catch(() => {})
    killed.capacityBytes = 1
    const options = { fileSystem: killed, createIfMissing: false }
    await expect(open('/store', options)).rejects.toMatchObject({
      code: 'NO_SPACE',
      message: expect.stringMatching(/Free some disk space.*Then open it again; with readOnly/),
    })
    const reader = await open('/store', { ...options, readOnly: true })
    expect(reader.hasSync('a')).toBe(true)
    await reader.close()
  })

  test('refuses writes, not reads, until resume finds room', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    const keys = await fill(store, disk)
    expect(keys.length).toBeGreaterThan(5)
    for (const write of [
      () => store.put('x', 'x'),
      () => store.putSync('x', 'x'),
      () => store.delete('x', { durability: 'none' }),
      () => store.batch([{ type: 'put', key: 'x', value: 'x' }]),
      () => store.clear(),
    ]) {
      expect(await codeOf(write)).toBe('NO_SPACE')
    }
    expect(keysOf(contentOf(store))).toEqual(keys)
    disk.disk.capacityBytes = sizeOn(disk)
    expect(await codeOf(() => store.resume())).toBe('NO_SPACE')
    expect(await codeOf(() => store.put('x', 'x'))).toBe('NO_SPACE')
    disk.disk.capacityBytes = Infinity
    await store.resume()
    await store.put('z', 'z')
    for (const left of [disk.killed(), disk.powerCut()]) expect(keysOf(await contentOn(left))).toEqual([...keys, 'z'])
    await store.close()
    expect(keysOf(await contentOn(disk))).toEqual([...keys, 'z'])
  })

  test('keeps resolved none writes, in their order, for the log that follows', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    disk.disk.capacityBytes = sizeOn(disk)
    expect(await store.put('b', '2', { durability: 'none' })).toBe(2)
    expect(await codeOf(() => store.sync())).toBe('NO_SPACE')
    expect(contentOf(store)).toBe('a=1 b=2')
    const left = disk.killed()
    left.disk.capacityBytes = Infinity
    expect(await contentOn(left)).toBe('a=1')
    disk.disk.capacityBytes = Infinity
    await store.resume()
    expect(await store.put('c', '3')).toBe(3)
    expect(await contentOn(disk.powerCut())).toBe('a=1 b=2 c=3')
    await store.close()
  })

  test('met by a flush refuses writes too; resume rejects until the flush has room', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', VALUE)
    await store.put('b', VALUE)
    disk.disk.capacityBytes = sizeOn(disk) + 200
    expect(await codeOf(() => store.flush())).toBe('NO_SPACE')
    expect(await codeOf(() => store.put('c', 'c'))).toBe('NO_SPACE')
    expect(await codeOf(() => store.resume())).toBe('NO_SPACE')
    expect(keysOf(contentOf(store))).toEqual(['a', 'b'])
    disk.disk.capacityBytes = Infinity
    await store.resume()
    await store.put('c', 'c')
    await store.flush()
    expect(
      store
        .stats()
        .levels.flatMap(({ tables }) => tables)
        .reduce((sum, tables) => sum + tables, 0),
    ).toBe(2)
    await store.close()
    expect(keysOf(await contentOn(disk))).toEqual(['a', 'b', 'c'])
  })

  test('at closing rejects, keeps what was acknowledged and frees everything', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    const keys = await fill(store, disk)
    expect(await codeOf(() => store.close())).toBe('NO_SPACE')
    expect(disk.openFiles).toBe(0)
    disk.disk.capacityBytes = Infinity
    expect(keysOf(await contentOn(disk))).toEqual(keys)
  })

  test('at opening refuses to open, leaves nothing open, and harms nothing', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    const keys = await fill(store, disk)
    const left = disk.killed()
    left.disk.capacityBytes = sizeOn(left) + 10
    expect(await codeOf(() => left.open())).toBe('NO_SPACE')
    expect(left.openFiles).toBe(0)
    left.disk.capacityBytes = Infinity
    expect(keysOf(await contentOn(left))).toEqual(keys)
    const empty = new FaultDisk()
    empty.disk.capacityBytes = 10
    expect(await codeOf(() => empty.open())).toBe('NO_SPACE')
    empty.disk.capacityBytes = Infinity
    expect(await contentOn(empty)).toBe('')
  })
})
