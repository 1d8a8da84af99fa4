import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { olderRanges, validateChoice } from '../../src/compaction/choice-rules.ts'
import { compareKeys } from '../../src/compaction/key-range.ts'
import { pickRange } from '../../src/compaction/range.ts'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { CompactionSimulator, ENTRY_BYTES, keyBytes } from './compaction-simulator.ts'

const KEYS = 60
const TABLE_BYTES = 6 * ENTRY_BYTES

/** A flush of some keys (negative: deletes), a choice carried out, a table that becomes busy or all that are no longer, a range compacted. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.integer({ min: -KEYS, max: KEYS }), { minLength: 1, maxLength: 12 })
      .map((keys) => ({ keys })),
  },
  { weight: 4, arbitrary: fc.constant('pick' as const) },
  { weight: 1, arbitrary: fc.constant('drain' as const) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 50 }).map((busy) => ({ busy })) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 0, max: KEYS }), fc.integer({ min: 0, max: 9 })).map((range) => ({ range })),
  },
)

/** What every strategy that keeps all data must prove. */
export function strategySuite(name: string, make: (tableBytes: number) => CompactionStrategy): void {
  describe(`${name} keeps the rules of a strategy`, () => {
    test('over random histories: reads stay right, inputs are never busy, repeated picking ends', () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const strategy = make(TABLE_BYTES)
          const simulator = new CompactionSimulator(strategy)
          const model = new Map<number, number>()
          let sequence = 1
          for (const each of steps) {
            if (each === 'drain') {
              simulator.busy.clear()
              simulator.drain(500)
              expect(strategy.pressure(simulator.state).kind).toBe('none')
            } else if (each === 'pick') simulator.execute(strategy.pick(simulator.state))
            else if ('keys' in each) {
              for (const key of each.keys) model.set(Math.abs(key), key >= 0 ? sequence++ : -sequence++)
              simulator.flush(each.keys)
            } else if ('busy' in each) {
              const table = [...simulator.version.tables()][each.busy]
              if (table !== undefined) simulator.busy.add(table.number)
            } else {
              simulator.busy.clear()
              compactTwice(simulator, strategy, each.range)
            }
            for (const [key, written] of model) expect(simulator.read(key)).toBe(written > 0 ? written : undefined)
          }
        }),
        { seed: 7, numRuns: 60 },
      )
    })

    test('a tombstone stays exactly where an older table that stays may hold its key', () => {
      fc.assert(
        fc.property(fc.array(fc.array(fc.nat(KEYS), { minLength: 1, maxLength: 8 }), { maxLength: 30 }), (flushes) => {
          const strategy = make(TABLE_BYTES)
          const simulator = new CompactionSimulator(strategy)
          for (const keys of flushes) {
            simulator.flush(keys)
            const choice = strategy.pick(simulator.state)
            if (choice.kind === 'merge') {
              const ranges = olderRanges(simulator.state, choice)
              const named = new Set(choice.tables)
              const tables = [...simulator.version.tables()]
              const newest = tables.find((table) => named.has(table.number))!
              for (const table of tables) {
                const isCovered = ranges.some(
                  (range) =>
                    compareKeys(range.smallest, table.smallest) <= 0 && compareKeys(table.largest, range.largest) <= 0,
                )
                const isOlder = !named.has(table.number) && table.level > newest.level
                const touches =
                  compareKeys(table.smallest, newest.largest) <= 0 && compareKeys(newest.smallest, table.largest) <= 0
                if (isOlder && touches) expect(isCovered).toBe(true)
              }
            }
            simulator.execute(choice)
          }
        }),
        { seed: 11, numRuns: 40 },
      )
    })

    test('is pure: the same state gives the same choice, and it names no busy table', () => {
      const simulator = new CompactionSimulator(make(TABLE_BYTES))
      const strategy = make(TABLE_BYTES)
      for (let i = 0; i < 40; i++) {
        simulator.flush(Array.from({ length: 10 }, (_, k) => (i * 31 + k * 7) % KEYS))
        const choice = strategy.pick(simulator.state)
        expect(strategy.pick(simulator.state)).toEqual(choice)
        for (const table of simulator.version.tables()) if (table.number % 3 === 0) simulator.busy.add(table.number)
        validateChoice(simulator.state, strategy.pick(simulator.state))
        simulator.busy.clear()
        simulator.execute(choice)
      }
    })
  })
}

/** A second compaction of one range has nothing to do. */
function compactTwice(
  simulator: CompactionSimulator,
  strategy: CompactionStrategy,
  [key, width]: [number, number],
): void {
  const bounds = [keyBytes(key), keyBytes(key + width)] as const
  simulator.execute(pickRange(simulator.state, strategy, ...bounds))
  expect(pickRange(simulator.state, strategy, ...bounds).kind).toBe('idle')
}
