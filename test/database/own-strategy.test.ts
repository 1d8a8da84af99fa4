import { describe, expect, test } from 'vitest'
import { fifo } from '../../src/compaction/fifo.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import type { Choice, CompactionStrategy } from '../../src/compaction/strategy.ts'
import { codeOf } from '../support/bytes-text.ts'
import { documentedStrategy } from '../support/documented-strategy.ts'
import { RetentionStore } from '../support/retention-store.ts'

const base = sizeTiered()

function own(parts: Partial<CompactionStrategy> | Record<string, unknown>): CompactionStrategy {
  return { ...base, name: 'own', ...parts }
}

const drop = (tables: unknown): Choice => ({ kind: 'drop', tables }) as Choice

describe('opening refuses as a strategy', () => {
  test.each<[string, unknown]>([
    ['a name', 'leveled'],
    ['a function that would make one', fifo],
    ['null', null],
    ['an object without pick', { name: 'own', pressure: base.pressure, bottom: base.bottom }],
    ['one without a name', own({ name: undefined })],
    ['one with an endless name', own({ name: 'x'.repeat(65) })],
    ['one whose drops is no boolean', own({ drops: 'yes' })],
    ['one whose wakeAtMs is no function', own({ wakeAtMs: 5 })],
  ])('%s', async (_what, strategy) => {
    expect(await codeOf(() => RetentionStore.open(strategy as CompactionStrategy))).toBe('INVALID_ARGUMENT')
  })
})

describe('a strategy of the user that', () => {
  const refused: [what: string, strategy: CompactionStrategy, rule: RegExp][] = [
    [
      'throws',
      own({
        pick: () => {
          throw new TypeError('oh no')
        },
      }),
      /'own' failed \(oh no\)/,
    ],
    ['answers nothing', own({ pick: () => undefined }), /pick answers with no choice/],
    ['answers with a promise', own({ pick: async () => ({ kind: 'idle' }) }), /pick answers with no choice/],
    ['names no tables', own({ drops: true, pick: () => drop(undefined) }), /an array of table numbers/],
    ['names a table that is not there', own({ drops: true, pick: () => drop([77]) }), /not there/],
    [
      'drops without saying so',
      own({ pick: (state) => drop([state.levels[0]!.runs.at(-1)!.tables[0]!.number]) }),
      /drops: true/,
    ],
    [
      'drops a table and leaves an older one',
      own({ drops: true, pick: (state) => drop([state.levels[0]!.runs[0]!.tables[0]!.number]) }),
      /leaves the older table/,
    ],
    [
      'moves a table to where it is',
      own({
        pick: ({ levels }) => {
          const { number, run, level } = levels[0]!.runs[0]!.tables[0]!
          return { kind: 'move', tables: [number], level, run }
        },
      }),
      /where they are/,
    ],
    [
      'presses beyond all measure',
      own({ pick: () => ({ kind: 'idle' }), pressure: () => ({ kind: 'slow', share: 2 }) }),
      /share from 0 to 1/,
    ],
    ['is due at no time', own({ pick: () => ({ kind: 'idle' }), wakeAtMs: () => Number.NaN }), /wakeAtMs answers/],
  ]
  // What is not asked before there are two runs must not be asked too early here.
  const late = (strategy: CompactionStrategy): CompactionStrategy => ({
    ...strategy,
    pick: (state) => (state.levels[0]?.runs.length === 2 ? strategy.pick(state) : { kind: 'idle' }),
    pressure: (state) => (state.levels[0]?.runs.length === 2 ? strategy.pressure(state) : { kind: 'none' }),
    wakeAtMs: (state) => (state.levels[0]?.runs.length === 2 ? strategy.wakeAtMs?.(state) : undefined),
  })

  test.each(refused)('%s suspends writes and says why; another one goes on', async (_what, strategy, rule) => {
    const retention = await RetentionStore.open(late(strategy))
    await retention.run('abc', '1')
    for (const key of 'bcd') await retention.store.put(key, '2')
    await retention.store.flush().catch(() => {})
    await retention.rest()
    const refusal = await retention.store.put('e', '3').catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', outcome: 'not-applied' })
    expect((refusal as Error).message).toMatch(rule)
    expect((refusal as Error).message).not.toContain('invariant')
    expect(retention.content).toBe('a=1 b=2 c=2 d=2')
    await retention.store.close().catch(() => {})
    await retention.open(sizeTiered({ mergeWidth: 2 }))
    await retention.store.put('e', '3')
    expect([retention.content, retention.runs]).toEqual(['a=1 b=2 c=2 d=2 e=3', 1])
    await retention.store.close()
  })

  test('says that something is due, and then has nothing to do, is asked again a second later', async () => {
    let asked = 0
    const pick = (): Choice => {
      asked++
      return { kind: 'idle' }
    }
    const retention = await RetentionStore.open(own({ pick, wakeAtMs: () => 0 }))
    await retention.run('a', '1')
    const before = asked
    await retention.advance(10_000)
    expect(asked - before).toBeGreaterThan(8)
    expect(asked - before).toBeLessThan(12)
    await retention.store.close()
  })

  test('is shown in the documents works', async () => {
    const { oneRun } = await documentedStrategy()
    const retention = await RetentionStore.open(oneRun({ most: 3 }))
    for (const value of ['1', '2', '3', '4', '5', '6', '7']) await retention.run(`a${value}`, value)
    await retention.store.delete('a')
    expect(retention.runs).toBe(1)
    expect(retention.content).toBe('1=1 2=2 3=3 4=4 5=5 6=6 7=7')
    await retention.store.compact()
    expect(retention.store.stats().levels.map((level) => level.runs)).toEqual([0, 1])
    await retention.store.close()
  })
})
