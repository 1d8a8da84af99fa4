import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CompactionSimulator, ENTRY_BYTES } from '../../bench/simulator/compaction-simulator.ts'
import { keyBytes } from '../../bench/simulator/simulated-entries.ts'
import { olderRanges, validateChoice } from '../../src/compaction/choice-rules.ts'
import { compareKeys } from '../../src/compaction/key-range.ts'
import { pickRange } from '../../src/compaction/range.ts'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'

const KEYS = 60
const TABLE_BYTES = 6 * ENTRY_BYTES

/** Keys all over the place, or a few that lie together; negative ones are deletes. */
const keys = fc.oneof(
  fc.array(fc.integer({ min: -KEYS, max: KEYS }), { minLength: 1, maxLength: 12 }),
  fc
    .tuple(fc.nat(KEYS - 5), fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 5 }))
    .map(([from, offsets]) => offsets.map((offset) => (offset < 0 ? offset - from : offset + from))),
)

/** A flush, a job that begins, one that ends, all work done to the last, a range compacted. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ keys }) },
  { weight: 5, arbitrary: fc.constant('start' as const) },
  { weight: 3, arbitrary: fc.record({ finish: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant('drain' as const) },
  { weight: 1, arbitrary: fc.record({ range: fc.tuple(fc.nat(KEYS), fc.nat(9)) }) },
)

/** What every strategy that keeps all data must prove. */
export function strategySuite(name: string, make: (tableBytes: number) => CompactionStrategy): void {
  describe(`${name} keeps the rules of a strategy`, () => {
    test('over random histories, with jobs that end in any order: reads stay right and repeated picking ends', () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
          const strategy = make(TABLE_BYTES)
          const simulator = new CompactionSimulator(strategy)
          const model = new Map<number, number>()
          let sequence = 1
          for (const each of steps) {
            if (each === 'start') {
              simulator.start(strategy.pick(simulator.state))
              continue
            }
            if (each === 'drain') {
              simulator.finishAll()
              simulator.drain(500)
              expect(strategy.pressure(simulator.state).kind).toBe('none')
            } else if ('keys' in each) {
              for (const key of each.keys) model.set(Math.abs(key), key >= 0 ? sequence++ : -sequence++)
              simulator.flush(each.keys)
            } else if ('finish' in each) simulator.finish(each.finish)
            else {
              simulator.finishAll()
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
