import { LARGE_SIZES, SIZES } from './cell.ts'
import { DEFAULT_WORKS } from './default-works.ts'
import { observedFill, pacedPuts } from './work/large.ts'
import { getsSync } from './work/reads.ts'
import type { Work } from './work.ts'

const large = {
  group: 'large',
  durability: 'process',
  sizes: LARGE_SIZES,
  isEndless: true,
  subjects: ['varve', 'db_bench'],
} as const

const LARGE_WORKS: readonly Work[] = [
  {
    ...large,
    name: 'large-fillrandom',
    title: 'fillrandom of 10 M, drained',
    begins: 'empty',
    run: observedFill(),
    dbBench: { benchmark: 'fillrandom', drained: true },
  },
  {
    ...large,
    name: 'large-paced',
    title: 'puts at 70 % of the rate of fillrandom',
    begins: 'empty',
    subjects: ['varve'],
    run: pacedPuts,
    pace: { of: 'large-fillrandom', share: 0.7 },
  },
  {
    ...large,
    name: 'large-overwrite',
    title: 'overwrite of 10 M, drained',
    begins: 'copied',
    run: observedFill(),
    dbBench: { benchmark: 'overwrite', drained: true },
  },
  {
    ...large,
    name: 'large-readrandom',
    title: 'readrandom of 10 M',
    begins: 'loaded',
    run: getsSync,
    dbBench: { benchmark: 'readrandom', warmed: true },
  },
]

/** So many that the young process is none of what is measured, whatever the store's size. */
const SCALING_OPERATIONS = 1_000_000

const SCALED = ['overwrite', 'get-sync', 'get-missing', 'scan-50', 'scan-sync']

/** The same works with different numbers of records and the same sizes of everything else. */
const SCALING_WORKS: readonly Work[] = DEFAULT_WORKS.filter(({ name }) => SCALED.includes(name)).map((work) => ({
  ...work,
  name: `scale-${work.name}`,
  group: 'scaling',
  subjects: work.name === 'get-sync' ? ['varve', 'db_bench', 'memory'] : ['varve', 'db_bench'],
  operations: SCALING_OPERATIONS,
  sizes: { ...SIZES, cacheBytes: LARGE_SIZES.cacheBytes },
  // As long as ours, where that ends by time.
  ...(work.dbBench?.drained && { dbBench: { ...work.dbBench, timed: true } }),
}))

export const WORKS: readonly Work[] = [...DEFAULT_WORKS, ...LARGE_WORKS, ...SCALING_WORKS]

export function workNamed(name: string): Work {
  const work = WORKS.find((each) => each.name === name)
  if (work === undefined) throw new Error(`there is no work named ${name}`)
  return work
}
