import { describe, expect, test } from 'vitest'
import { codeOf } from '../support/bytes-text.ts'
import { contentOf, contentOn, FaultDisk } from '../support/fault-store.ts'

const manifestsOf = ({ disk }: FaultDisk): string[] => disk.list('/store').filter((name) => name.startsWith('MANIFEST'))

const PARTS = [0, 5, 1000]

describe('a write to the manifest that fails', () => {
  test.each(PARTS)(
    'after %i bytes is cut back and continued in a fresh manifest, and nothing is lost',
    async (afterBytes) => {
      const disk = new FaultDisk()
      const store = await disk.open()
      await store.put('a', '1')
      const [old] = manifestsOf(disk)
      disk.failNext('append', 'MANIFEST', { error: 'EIO', afterBytes })
      await store.flush()
      expect(manifestsOf(disk)).toHaveLength(1)
      expect(manifestsOf(disk)).not.toContain(old)
      await store.put('b', '2')
      await store.flush()
      expect(contentOf(store)).toBe('a=1 b=2')
      for (const left of [disk.killed(), disk.powerCut()]) expect(await contentOn(left)).toBe('a=1 b=2')
      await store.close()
      expect(disk.openFiles).toBe(0)
      expect(await contentOn(disk)).toBe('a=1 b=2')
    },
  )

  test('leaves the torn edit durably out of the old manifest, should the fresh one never come to count', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    disk.failNext('append', 'MANIFEST', { error: 'EIO', afterBytes: 1000 })
    // The fresh one has a number from 10 to 19.
    disk.failNext('open', 'MANIFEST-00001', 'EIO')
    const before = disk.calls.length
    await store.flush()
    const changes = disk.changesSince(before).filter((change) => change.includes('MANIFEST-000001'))
    expect(changes.slice(0, 3)).toEqual(['append', 'truncate', 'sync'].map((verb) => `${verb} /store/MANIFEST-000001`))
    expect(await contentOn(disk.powerCut())).toBe('a=1')
    await store.close()
  })

  test('as the first, too, of a fresh one is tried again', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    const failed = disk.failNext('append', 'MANIFEST', { error: 'EIO', afterBytes: 3 }, 3)
    await store.flush().catch(() => {})
    expect(failed()).toBeGreaterThan(1)
    await store.put('b', '2')
    await store.flush()
    expect(await contentOn(disk.powerCut())).toBe('a=1 b=2')
    await store.close()
    expect(disk.openFiles).toBe(0)
    expect(await contentOn(disk)).toBe('a=1 b=2')
  })

  test('for want of space suspends the store, which goes on after resume', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    disk.failNext('append', 'MANIFEST', 'ENOSPC', 99)
    expect(await codeOf(() => store.flush())).toBe('NO_SPACE')
    expect(await codeOf(() => store.put('b', '2'))).toBe('NO_SPACE')
    disk.heal()
    await store.resume()
    await store.put('b', '2')
    expect(await contentOn(disk.powerCut())).toBe('a=1 b=2')
    await store.close()
    expect(await contentOn(disk)).toBe('a=1 b=2')
  })

  test('while CURRENT is written, for want of space, is no failed sync: the old manifest still counts', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    disk.failNext('append', 'MANIFEST', { error: 'EIO' })
    disk.failNext('append', 'CURRENT', { error: 'ENOSPC', afterBytes: 4 })
    expect(await codeOf(() => store.flush())).toBe('NO_SPACE')
    await store.resume()
    await store.put('b', '2')
    expect(await contentOn(disk.powerCut())).toBe('a=1 b=2')
    await store.close()
    expect(disk.openFiles).toBe(0)
    expect(await contentOn(disk)).toBe('a=1 b=2')
  })
})
