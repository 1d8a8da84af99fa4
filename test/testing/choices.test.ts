import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Choices, recordedChoices, recording, seededChoices } from '../../src/testing/choices.ts'
import { everyChoice } from '../../src/testing/every-choice.ts'

function take(choices: Choices, count: number, options = 10): number[] {
  return Array.from({ length: count }, () => choices.pick(options, 'any'))
}

describe('seeded choices', () => {
  test('are the same for the same seed, others for another, and reach every option', () => {
    expect(take(seededChoices(7), 100)).toEqual(take(seededChoices(7), 100))
    expect(take(seededChoices(7), 100)).not.toEqual(take(seededChoices(8), 100))
    expect(new Set(take(seededChoices(7), 200)).size).toBe(10)
    expect(take(seededChoices(0), 200).filter((choice) => choice === 0).length).toBeLessThan(50)
  })

  test('are as often benign as asked, for all labels or by label', () => {
    const zeros = take(seededChoices(7, { benign: 0.9 }), 2000).filter((choice) => choice === 0).length
    expect(zeros).toBeGreaterThan(1750)
    expect(zeros).toBeLessThan(1950)
    expect(new Set(take(seededChoices(7, { benign: 1 }), 100))).toEqual(new Set([0]))
    const byLabel = seededChoices(7, { benign: (label) => (label === 'safe' ? 1 : 0) })
    expect(Array.from({ length: 50 }, () => byLabel.pick(2, 'safe'))).not.toContain(1)
    expect(take(byLabel, 50, 2)).toContain(1)
  })
})

describe('recorded choices', () => {
  test('replay a recording, also after a way through JSON', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer({ min: 1, max: 50 })), (seed, options) => {
        const first = recording(seededChoices(seed))
        for (const count of options) first.pick(count, `of ${count}`)
        const again = recording(recordedChoices(JSON.parse(JSON.stringify(first.list)) as number[]))
        for (const count of options) again.pick(count, `of ${count}`)
        expect(again.picks).toEqual(first.picks)
      }),
      { numRuns: 50 },
    )
  })

  test('are 0 where the list ends, and always among the options', () => {
    expect(take(recordedChoices([3, 12]), 4)).toEqual([3, 2, 0, 0])
  })
})

describe('every choice', () => {
  test('runs each way once, the benign one first, whatever the ways ask for', () => {
    const ways = everyChoice((choices) => {
      const first = choices.pick(3, 'first')
      return first === 1 ? `1${choices.pick(2, 'second')}` : `${first}`
    })
    expect([...ways]).toEqual(['0', '10', '11', '2'])
    expect([...everyChoice(() => 'no choice')]).toEqual(['no choice'])
  })

  test('waits for those who take one outcome at a time', async () => {
    const outcomes: string[] = []
    const run = async (choices: Choices): Promise<string> => {
      const first = choices.pick(2, 'first')
      await undefined
      return `${first}${choices.pick(2, 'second')}`
    }
    for (const outcome of everyChoice(run)) outcomes.push(await outcome)
    expect(outcomes).toEqual(['00', '01', '10', '11'])
  })

  test('is bounded, and refuses a run that is no function of its choices', () => {
    const many = everyChoice((choices) => choices.pick(11, 'any'), { maxRuns: 10 })
    expect(() => [...many]).toThrow(RangeError)
    expect([...everyChoice((choices) => choices.pick(10, 'any'), { maxRuns: 10 })]).toHaveLength(10)
    let runs = 0
    const fickle = everyChoice((choices) => choices.pick(runs++ === 0 ? 2 : 3, 'any'))
    expect(() => [...fickle]).toThrow(/not a function of its choices: any had 2 options, now 3/)
  })
})
