import { expect, test } from 'vitest'
import { VarveError } from '../../../src/errors.ts'
import { MemoryFileSystem } from '../../../src/fs/memory-file-system.ts'
import { seededChoices } from '../../../src/testing/choices.ts'
import { diskOf, type Files, filesOf, openOn, recovered } from '../../support/recovery-disk.ts'
import { smallStores } from '../../support/recovery-stores.ts'

const WRITES = 60

test('a store copied while it is open, its files at different instants, opens as it once was or is refused', async () => {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk, { memtableBytes: 256, blockBytes: 64 })
  const instants: Files[] = []
  const states: string[] = [JSON.stringify({})]
  const state: Record<string, string> = {}
  for (let i = 0; i < WRITES; i++) {
    const [key, value] = [`key ${i % 7}`, `value ${i}`]
    await store.put(key, value)
    state[key] = value
    states.push(JSON.stringify(sorted(state)))
    if (i % 9 === 4) await store.flush()
    if (i % 5 === 0) instants.push(filesOf(disk))
  }
  await store.close()
  instants.push(filesOf(disk))
  let refused = 0
  for (let seed = 0; seed < 150; seed++) {
    const choices = seededChoices(seed)
    const names = [...new Set(instants.flatMap((files) => [...files.keys()]))]
    const copied = names.flatMap((name): [string, Uint8Array][] => {
      const bytes = instants[choices.pick(instants.length, 'instant')]!.get(name)
      return bytes === undefined ? [] : [[name, bytes]]
    })
    try {
      const { contents } = await recovered(diskOf(new Map(copied)))
      expect(states).toContain(JSON.stringify(sorted(contents)))
    } catch (error) {
      if (!(error instanceof VarveError && error.code === 'CORRUPTION')) throw error
      refused++
    }
  }
  expect(refused).toBeGreaterThan(10)
  expect(refused).toBeLessThan(150)
})

test('a store that has lost its tables is refused and left as it is: opening never begins anew over what is there', async () => {
  const { clean, killed } = await smallStores()
  for (const files of [clean, killed]) {
    const rest = new Map([...files].filter(([name]) => !name.endsWith('.sst')))
    if (rest.size === files.size) continue
    for (const recovery of ['strict-tail', 'absolute', 'point-in-time'] as const) {
      const disk = diskOf(rest)
      await expect(openOn(disk, { recovery })).rejects.toMatchObject({ code: 'CORRUPTION' })
      expect(filesOf(disk)).toEqual(rest)
    }
  }
})

function sorted(state: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1)))
}
