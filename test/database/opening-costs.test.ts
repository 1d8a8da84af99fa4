import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'
import { diskOf, openOn } from '../support/recovery-disk.ts'
import { smallStores } from '../support/recovery-stores.ts'

/** The calls of one opening and closing, by operation. */
async function callsOf(disk: MemoryFileSystem, options: OpenOptions<'utf8'> = {}): Promise<Record<string, number>> {
  const faulty = new FaultyFileSystem(disk)
  await (await openOn(faulty, options)).close()
  const counts: Record<string, number> = {}
  for (const { operation } of faulty.calls) counts[operation] = (counts[operation] ?? 0) + 1
  return counts
}

describe('the file-system calls of opening and closing are few, and known', () => {
  test('for a store that is made, and for it once it is there', async () => {
    const disk = new MemoryFileSystem()
    const made = {
      status: 2,
      makeDirectory: 1,
      syncDirectory: 3,
      lock: 1,
      list: 1,
      open: 3,
      append: 4,
      sync: 3,
      rename: 1,
    }
    expect(await callsOf(disk)).toEqual(made)
    expect(await callsOf(disk)).toEqual({ status: 2, list: 2, lock: 1, open: 3, read: 3 })
    expect(await callsOf(disk, { readOnly: true })).toEqual({ status: 2, list: 2, lockHolder: 2, open: 3, read: 3 })
  })

  test('for a small store: one status for each file, one read for each log', async () => {
    const { clean, killed } = await smallStores()
    expect(await callsOf(diskOf(clean))).toEqual({ status: 5, list: 2, lock: 1, open: 4, read: 4 })
    const unclean = await callsOf(diskOf(killed))
    expect(unclean).toMatchObject({ status: 7, list: 2, sync: 4, syncDirectory: 3, rename: 1, unlink: 3 })
    expect(unclean['open']).toBeLessThanOrEqual(10)
    expect(unclean['append']).toBeLessThanOrEqual(9)
  })
})

describe('five hundred stores open at once', () => {
  const STORES = 500
  let place: ReturnType<typeof temporaryDirectory>
  let stores: KeyValueStore[]
  beforeEach(() => {
    place = temporaryDirectory()
    stores = []
  })
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()))
    place.remove()
  })

  const descriptors = (): number => fs.readdirSync('/proc/self/fd').length
  function memory(): number {
    globalThis.gc!()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }

  test.runIf(process.platform === 'linux')(
    'take at most 4 descriptors and 256 KiB each, and close cleanly',
    async () => {
      const before = { descriptors: descriptors(), memory: memory() }
      for (let i = 0; i < STORES; i++) stores.push(await open(join(place.directory, `${i}`), { durability: 'process' }))
      for (const store of stores) for (const key of ['a', 'b', 'c']) await store.put(key, 'x'.repeat(100))
      const idle = { descriptors: descriptors(), memory: memory() }
      expect((idle.descriptors - before.descriptors) / STORES).toBeLessThanOrEqual(4)
      expect((idle.memory - before.memory) / STORES).toBeLessThan(256 * 1024)
      await Promise.all(stores.splice(0).map((store) => store.close()))
      expect(descriptors()).toBe(before.descriptors)
    },
  )
})
