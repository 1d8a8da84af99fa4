import { describe, expect, test } from 'vitest'
import { compareSets, disagreement, operationFile } from '../support/metamorphic-compare.ts'
import { MAINTENANCE, type PlainOperation } from '../support/metamorphic-operations.ts'
import { reduced } from '../support/metamorphic-reduce.ts'
import { historyOf } from '../support/metamorphic-run.ts'
import { OPTION_SETS, type OptionSet } from '../support/metamorphic-sets.ts'

const FILES = 20

/** In milliseconds: many times what it takes. */
const PATIENCE = 300_000

describe('whatever the options, the same operations give the same answers', () => {
  test(
    `${FILES} files under ${OPTION_SETS.length} sets of options, with and without more maintenance`,
    async () => {
      expect(OPTION_SETS.length).toBeGreaterThanOrEqual(24)
      expect(new Set(OPTION_SETS.map(({ name }) => name)).size).toBe(OPTION_SETS.length)
      let runs = 0
      for (let seed = 0; seed < FILES; seed++) await compareSets(seed, () => runs++)
      expect(runs).toBe(FILES * OPTION_SETS.length)
    },
    PATIENCE,
  )

  test('and the files hold every operation, on keys that are there', async () => {
    const kinds = new Set<string>()
    let answers = 0
    for (let seed = 0; seed < FILES; seed++) {
      const { plain, maintained } = operationFile(seed)
      for (const { op } of plain) kinds.add(op)
      expect(maintained.filter(({ op }) => !MAINTENANCE.has(op))).toEqual(
        plain.filter(({ op }) => !MAINTENANCE.has(op)),
      )
      expect(maintained.length).toBeGreaterThan(plain.length)
      const history = await historyOf(plain, OPTION_SETS[0]!)
      answers += history.filter((line) => /^(get|has|scan|advanceScan): .*(true|"\w)/.test(line)).length
    }
    expect(kinds.size).toBe(19)
    expect(answers).toBeGreaterThan(FILES * 10)
  })
})

/** A store that forgets deletes of one key once they are flushed. */
function forgetful(set: OptionSet): OptionSet {
  return {
    ...set,
    place() {
      const open = set.place()
      return async () => {
        const store = await open()
        const flush = store.flush.bind(store)
        store.flush = async () => {
          if (!(await store.has('k2'))) await store.put('k2', 'again')
          return flush()
        }
        return store
      }
    },
  }
}

describe('a store with a fault', () => {
  test('is caught, and the file reduced to what shows it', async () => {
    const set = forgetful(OPTION_SETS[1]!)
    const { plain } = operationFile(3)
    expect(await disagreement(plain, OPTION_SETS[1]!)).toBeUndefined()
    expect(await disagreement(plain, set)).toMatch(/instead of/)
    const small = await reduced(plain, async (fewer) => (await disagreement(fewer, set)) !== undefined)
    expect(small).toEqual([{ op: 'flush' }])
  })

  test('needs no more operations, and no longer keys, than the fault', async () => {
    const { plain } = operationFile(5)
    const isFaulty = async (operations: readonly PlainOperation[]): Promise<boolean> => {
      const put = operations.findIndex((each) => each.op === 'put' && each.value.length > 2)
      return put !== -1 && operations.slice(put).some(({ op }) => op === 'scan')
    }
    const small = await reduced(plain, isFaulty)
    expect(small.map(({ op }) => op)).toEqual(['put', 'scan'])
    expect(small[0]).toMatchObject({ key: '', value: expect.stringMatching(/^...$/) })
  })
})
