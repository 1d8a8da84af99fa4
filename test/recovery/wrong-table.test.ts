import { beforeAll, describe, expect, test } from 'vitest'
import { diskOf, expectRefusal, type Files, nameLike, openOn } from '../support/recovery-disk.ts'
import { smallStores } from '../support/recovery-stores.ts'

let clean: Files
let killed: Files
beforeAll(async () => {
  ;({ clean, killed } = await smallStores())
})

describe('a table that is not what the manifest says is refused before anything is written: it is', () => {
  const damages: Record<string, (table: Uint8Array) => Uint8Array | undefined> = {
    missing: () => undefined,
    empty: () => new Uint8Array(0),
    'a byte shorter': (table) => table.slice(0, -1),
    'a byte longer': (table) => Uint8Array.from([...table, 0]),
  }
  for (const [name, damage] of Object.entries(damages)) {
    test(name, async () => {
      for (const files of [clean, killed]) {
        const table = nameLike(files, /\.sst$/)
        const copy = new Map(files)
        const damaged = damage(files.get(table)!)
        if (damaged === undefined) copy.delete(table)
        else copy.set(table, damaged)
        const error = await expectRefusal(diskOf(copy), 'CORRUPTION')
        expect(error.message).toContain(table)
      }
    })
  }

  test('swapped with another of its size: no read, and no verification, takes it', async () => {
    const [first, second] = [...clean.keys()].filter((name) => name.endsWith('.sst')) as [string, string]
    const sizes = new Set([clean.get(first)!.length, clean.get(second)!.length])
    expect(sizes.size).toBe(1)
    const disk = diskOf(new Map([...clean, [first, clean.get(second)!], [second, clean.get(first)!]]))
    const store = await openOn(disk)
    expect(() => store.getSync('a')).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
    expect(() => store.scan().allSync()).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
    await expect(store.verify()).rejects.toMatchObject({ code: 'CORRUPTION' })
    await store.close()
  })
})
