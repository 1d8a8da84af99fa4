import { describe, expect, test } from 'vitest'
import { parseFileName } from '../../src/manifest/file-names.ts'
import { Corruptions, REFERENCE_SHAPES, referenceStore, tryCorruption } from '../support/corruption-sweep.ts'
import { newTally, type Tally } from '../support/recovery-sweep.ts'

/** In milliseconds: many times what it takes. */
const PATIENCE = 300_000

const SMALL = { keys: 20, valueBytes: 24, blockBytes: 256 }

function totalOf(tallies: ReadonlyMap<string, Tally>): Tally {
  const total = newTally()
  for (const tally of tallies.values())
    for (const name of Object.keys(total) as (keyof Tally)[]) total[name] += tally[name]
  return total
}

describe('no damage to a closed store makes it answer wrongly', () => {
  test(
    'every bit, length, sector, file and pair of files: size-tiered, with deflate',
    async () => {
      const store = await referenceStore('size-tiered-deflate', SMALL)
      const bytes = [...store.files.values()].reduce((sum, file) => sum + file.length, 0)
      expect(bytes).toBeLessThan(4096)
      expect(bytes).toBeGreaterThan(1500)
      const kinds = [...store.files.keys()].map((name) => parseFileName(name)?.kind)
      expect(new Set(kinds)).toEqual(new Set(['current', 'manifest', 'table', 'wal']))
      const corruptions = new Corruptions(store.files)
      const tallies = new Map<string, Tally>()
      for (let i = 0; i < corruptions.count; i++) await tryCorruption(store, corruptions.at(i), tallies)
      expect([...tallies.keys()].sort()).toEqual(['bit', 'copied', 'cut', 'deleted', 'sector', 'swapped'])
      const { refused, told, harmless, shorter } = totalOf(tallies)
      expect(refused + told + harmless).toBe(corruptions.count)
      expect(shorter).toBe(0)
      for (const [kind, tally] of tallies) expect(tally.refused + tally.told, kind).toBeGreaterThan(10 * tally.harmless)
    },
    PATIENCE,
  )

  test.each(Object.keys(REFERENCE_SHAPES))(
    'a sample of them, all files and pairs of files included: %s',
    async (shape) => {
      const store = await referenceStore(shape, { ...SMALL, keys: 40 })
      const corruptions = new Corruptions(store.files)
      const tallies = new Map<string, Tally>()
      for (let i = 0; i < corruptions.count; i++) {
        const corruption = corruptions.at(i)
        const isRare = corruption.kind !== 'bit' && corruption.kind !== 'cut'
        if (isRare || i % 41 === 0) await tryCorruption(store, corruption, tallies)
      }
      const { refused, told, harmless } = totalOf(tallies)
      expect(refused + told).toBeGreaterThan(10 * harmless)
    },
  )
})
