import { Dice } from './fuzz-dice.ts'
import { OperationMaker, type PlainOperation } from './metamorphic-operations.ts'
import { reduced } from './metamorphic-reduce.ts'
import { historyOf } from './metamorphic-run.ts'
import { OPTION_SETS, type OptionSet, REFERENCE_SET } from './metamorphic-sets.ts'

const FILE_LENGTH = 90

/** The operation file of a seed, and the same with maintenance strewn in. */
export function operationFile(seed: number): {
  readonly plain: PlainOperation[]
  readonly maintained: PlainOperation[]
} {
  const maker = new OperationMaker(new Dice(seed))
  const plain = maker.file(FILE_LENGTH)
  return { plain, maintained: maker.withMaintenance(plain) }
}

/**
 * What is wrong when `operations` run under `set`, compared to what a sorted array answers; undefined where
 * nothing is.
 */
export async function disagreement(operations: readonly PlainOperation[], set: OptionSet): Promise<string | undefined> {
  const right = await historyOf(operations, REFERENCE_SET)
  return differenceFrom(right, operations, set)
}

/**
 * Runs one file under all sets; every other one gets the file with maintenance. Throws a reduced file where
 * histories differ.
 */
export async function compareSets(seed: number, onRun: () => void): Promise<void> {
  const { plain, maintained } = operationFile(seed)
  const right = await historyOf(plain, REFERENCE_SET)
  for (const [i, set] of OPTION_SETS.entries()) {
    const operations = (i + seed) % 2 === 0 ? plain : maintained
    const difference = await differenceFrom(right, operations, set)
    if (difference !== undefined) throw new Error(await storyOf(seed, operations, set, difference))
    onRun()
  }
}

async function differenceFrom(
  right: readonly string[],
  operations: readonly PlainOperation[],
  set: OptionSet,
): Promise<string | undefined> {
  let history: readonly string[]
  try {
    history = await historyOf(operations, set)
  } catch (error) {
    return `it throws ${error}`
  }
  const at = right.findIndex((line, i) => history[i] !== line)
  if (at === -1 && history.length === right.length) return undefined
  return `line ${at}: ${history[at]}, instead of ${right[at]}`
}

async function storyOf(
  seed: number,
  operations: readonly PlainOperation[],
  set: OptionSet,
  difference: string,
): Promise<string> {
  const small = await reduced(operations, async (fewer) => (await disagreement(fewer, set)) !== undefined)
  const lines = small.map((operation) => JSON.stringify(operation)).join('\n')
  return `seed ${seed}, ${set.name}: ${difference}\n${await disagreement(small, set)}\nwith\n${lines}`
}
