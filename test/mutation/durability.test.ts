import { afterAll, describe, expect, test } from 'vitest'
import { readMutants } from '../support/mutation-list.ts'
import { MutationSearch } from '../support/mutation-search.ts'
import { mutationSites } from '../support/mutation-sites.ts'

const EQUIVALENT_MAX = 5
const PATIENCE = 300_000

const known = readMutants()
const sites = mutationSites()
const equivalent = Object.entries(known).filter(([, mutant]) => 'equivalent' in mutant)
const caught = sites.flatMap(({ id, index }) => {
  const mutant = known[id]
  return mutant !== undefined && 'caughtBy' in mutant ? [{ id, index, detector: mutant.caughtBy }] : []
})

// Cases of one detector run in one process, where what they share is made once.
const searches = [new MutationSearch(), new MutationSearch()]
afterAll(() => {
  for (const search of searches) search.end()
})

/** Runs every task, two at a time; returns what went otherwise than it should. */
async function runAll<T>(tasks: readonly T[], run: (task: T, search: MutationSearch) => Promise<string | undefined>) {
  const queue = [...tasks]
  const wrong: string[] = []
  const work = async (search: MutationSearch): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const said = await run(task, search)
      if (said !== undefined) wrong.push(said)
    }
  }
  await Promise.all(searches.map(work))
  return wrong
}

describe('every sync, directory sync, checksum, promise, poisoning and refusal of the engine', () => {
  test('is a mutant of the list, and the list holds no other', () => {
    expect(sites.length).toBeGreaterThan(150)
    expect(Object.keys(known).sort()).toEqual(sites.map(({ id }) => id).sort())
    expect(equivalent.length).toBeLessThanOrEqual(EQUIVALENT_MAX)
    for (const [, mutant] of equivalent) expect(Object.values(mutant)[0]!.length).toBeGreaterThan(60)
  })

  test(
    'passes where it is; the same case of a test fails where it is not',
    async () => {
      const detectors = [...new Set(caught.map(({ detector }) => detector))].sort()
      const failing = await runAll(detectors, async (detector, search) => {
        const { failure } = await search.run(detector, undefined)
        return failure === undefined ? undefined : `${detector}: ${failure.message}`
      })
      expect(failing).toEqual([])
      const survivors = await runAll(caught, async ({ id, index, detector }, search) => {
        const { failure } = await search.run(detector, index)
        return failure?.isViolation === true ? undefined : `${id}, by ${detector}: ${failure?.message ?? 'passed'}`
      })
      expect(survivors).toEqual([])
      process.stdout.write(`${sites.length} mutants: ${caught.length} caught, ${equivalent.length} equivalent\n`)
    },
    PATIENCE,
  )
})
