import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CompactionSimulator, ENTRY_BYTES } from '../../bench/simulator/compaction-simulator.ts'
import { keyBytes } from '../../bench/simulator/simulated-entries.ts'
import { olderRanges, validateChoice } from '../../src/compaction/choice-rules.ts'
import { compareKeys } from '../../src/compaction/key-range.ts'
import { pickRange } from '../../src/compaction/range.ts'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { KEYS, proveChoice, proveReads } from './strategy-proofs.ts'

const TABLE_BYTES = 6 * ENTRY_BYTES

/** Keys all over the place, or a few that lie together; negative ones are deletes. */
const keys = fc.oneof(
  fc.array(fc.integer({ min: -KEYS, max: KEYS }), { minLength: 1, maxLength: 12 }),
  fc
    .tuple(fc.nat(KEYS - 5), fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 5 }))
    .map(([from, offsets]) => offsets.map((offset) => (offset < 0 ? offset - from : offset + from))),
)

/** A flush, a job that begins, one that ends, all work done to the last, a range compacted, time that passes or is set back. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ keys }) },
  { weight: 5, arbitrary: fc.constant('start' as const) },
  { weight: 3, arbitrary: fc.record({ finish: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant('drain' as const) },
  { weight: 1, arbitrary: fc.record({ range: fc.tuple(fc.nat(KEYS), fc.nat(9)) }) },
  { weight: 3, arbitrary: fc.record({ advanceMs: fc.integer({ min: -50, max: 150 }) }) },
)

/** Makes a strategy whose tables are of this many bytes, and whose windows, if it has any, of 100 ms. */
type Make = (tableBytes: number) => CompactionStrategy

/** What every strategy must prove; `others` are left a state of by another one. */
export function strategySuite(name: string, make: Make, others: readonly Make[] = []): void {
  describe(`${name} keeps the rules of a strategy`, () => {
    test('over random histories, with jobs that end in any order', () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
          const history = new History(make(TABLE_BYTES))
          for (const each of steps) history.take(each)
        }),
        { seed: 7, numRuns: 30 },
      )
    })

    if (others.length > 0)
      test('and where another strategy has left a state of its own', () => {
        fc.assert(
          fc.property(fc.nat(), fc.array(step, { maxLength: 80, size: 'max' }), (other, steps) => {
            const history = new History(others[other % others.length]!(TABLE_BYTES))
            steps.forEach((each, at) => {
              if (at === steps.length >> 1) history.simulator.strategy = make(TABLE_BYTES)
              history.take(each)
            })
          }),
          { seed: 9, numRuns: 30 },
        )
      })

    test('a tombstone stays exactly where an older table that stays may hold its key', () => {
      fc.assert(
        fc.property(fc.array(fc.array(fc.nat(KEYS), { minLength: 1, maxLength: 8 }), { maxLength: 30 }), (flushes) => {
          const strategy = make(TABLE_BYTES)
          const simulator = new CompactionSimulator(strategy)
          for (const flushed of flushes) {
            simulator.flush(flushed)
            proveTombstones(simulator)
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
        simulator.nowMs += 13
        const choice = strategy.pick(simulator.state)
        expect(strategy.pick(simulator.state)).toEqual(choice)
        for (const table of simulator.version.tables()) if (table.number % 3 === 0) simulator.busy.add(table.number)
        proveChoice(simulator.state, strategy.pick(simulator.state))
        validateChoice(simulator.state, strategy.pick(simulator.state))
        simulator.busy.clear()
        simulator.execute(choice)
      }
    })
  })
}

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** A store that is only simulated, beside a model of what it holds: the sequence of each key's last write, negative for a delete. */
class History {
  readonly simulator: CompactionSimulator
  readonly #model = new Map<number, number>()
  #sequence = 1

  constructor(strategy: CompactionStrategy) {
    this.simulator = new CompactionSimulator(strategy)
    this.simulator.nowMs = 1000
  }

  take(each: Step): void {
    const { simulator } = this
    if (each === 'start') {
      const choice = simulator.strategy.pick(simulator.state)
      proveChoice(simulator.state, choice)
      simulator.start(choice)
    } else if (each === 'drain') this.#drain()
    else if ('keys' in each) {
      for (const key of each.keys) this.#model.set(Math.abs(key), key >= 0 ? this.#sequence++ : -this.#sequence++)
      simulator.flush(each.keys)
    } else if ('finish' in each) simulator.finish(each.finish)
    else if ('range' in each) this.#compactTwice(each.range)
    else simulator.nowMs += each.advanceMs
    proveReads(simulator, this.#model, simulator.strategy.drops === true)
  }

  /** Proof (v): repeated picking ends; then there is no pressure, and nothing is due before the time that is named. */
  #drain(): void {
    const { simulator } = this
    const { strategy } = simulator
    simulator.finishAll()
    for (let choices = 0; ; choices++) {
      expect(choices).toBeLessThan(500)
      const choice = strategy.pick(simulator.state)
      if (choice.kind === 'idle') break
      proveChoice(simulator.state, choice)
      simulator.execute(choice)
    }
    expect(strategy.pressure(simulator.state).kind).toBe('none')
    const dueMs = strategy.wakeAtMs?.(simulator.state) ?? simulator.nowMs + 10_000
    expect(dueMs).toBeGreaterThan(simulator.nowMs)
    expect(strategy.pick({ ...simulator.state, nowMs: dueMs - 1 }).kind).toBe('idle')
    if (strategy.wakeAtMs?.(simulator.state) === undefined) return
    expect(strategy.pick({ ...simulator.state, nowMs: dueMs }).kind).not.toBe('idle')
  }

  /** A second compaction of one range has nothing to do. */
  #compactTwice([key, width]: readonly [number, number]): void {
    const { simulator } = this
    simulator.finishAll()
    const bounds = [keyBytes(key), keyBytes(key + width)] as const
    simulator.execute(pickRange(simulator.state, simulator.strategy, ...bounds))
    expect(pickRange(simulator.state, simulator.strategy, ...bounds).kind).toBe('idle')
  }
}

/** Carries out what is chosen next; of a merge, the ranges in which tombstones stay are those of the older tables. */
function proveTombstones(simulator: CompactionSimulator): void {
  const choice = simulator.strategy.pick(simulator.state)
  if (choice.kind === 'merge') {
    const ranges = olderRanges(simulator.state, choice)
    const named = new Set(choice.tables)
    const tables = [...simulator.version.tables()]
    const newest = tables.find((table) => named.has(table.number))!
    for (const table of tables) {
      const isCovered = ranges.some(
        (range) => compareKeys(range.smallest, table.smallest) <= 0 && compareKeys(table.largest, range.largest) <= 0,
      )
      const isOlder = !named.has(table.number) && table.level > newest.level
      const touches =
        compareKeys(table.smallest, newest.largest) <= 0 && compareKeys(newest.smallest, table.largest) <= 0
      if (isOlder && touches) expect(isCovered).toBe(true)
    }
  }
  simulator.execute(choice)
}
