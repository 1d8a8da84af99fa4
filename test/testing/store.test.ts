import { describe, expect, test } from 'vitest'
import { open } from '../../src/index.ts'
import { seededChoices } from '../../src/testing/choices.ts'
import { profileNames } from '../../src/testing/disk-profile.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'

describe.each(profileNames)('a store on a %s disk', (profile) => {
  test('has after a power cut what was durable, and a prefix of the rest', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const disk = new SimulatedFileSystem({ profile, choices: seededChoices(seed) })
      const store = await open('/store', { fileSystem: disk, memtableBytes: 512, blockBytes: 64 })
      for (let i = 0; i < 20; i++) await store.put(`k${i}`, `v${i}`)
      const closed = seed % 2 === 0
      for (let i = 20; i < 40; i++) await store.put(`k${i}`, `v${i}`, { durability: 'process' })
      if (closed) await store.close()
      const image = disk.crash()
      const next = await open('/store', { fileSystem: image, memtableBytes: 512 })
      await next.verify()
      const keys = [...next.scan()].length
      for (let i = 0; i < keys; i++) expect(next.getSync(`k${i}`, { encoding: 'utf8' })).toBe(`v${i}`)
      expect(keys).toBeGreaterThanOrEqual(closed ? 40 : 20)
      await next.close()
      expect(image.openFiles).toBe(0)
    }
  })
})
