import { SUBJECTS } from './cell.ts'
import type { PlannedWork } from './rounds.ts'
import { isTargeted } from './targets.ts'
import type { Work } from './work.ts'
import { WORKS } from './works.ts'

/** What of all that there is a command asks for. */
export interface Selection {
  /** Works, groups or subjects whose names begin like this: a comma means or, a plus means and. */
  readonly only?: string | undefined
  readonly isTargetsOnly: boolean
  /** Ten million records, and the works that are for them. */
  readonly isLarge: boolean
  /** The works whose time is plotted over the number of records. */
  readonly isScaling: boolean
  readonly records: readonly number[] | undefined
  readonly valueBytes: readonly number[]
}

const RECORDS = 1_000_000
const LARGE_RECORDS = 10_000_000
const SCALING_RECORDS: readonly number[] = [100_000, RECORDS, LARGE_RECORDS]
/** Of values of a kibibyte: about as many bytes twice. */
const LARGE_VALUE_RECORDS = 200_000
const SMALL_VALUE_BYTES = 100

function recordsOf({ records, isLarge, isScaling }: Selection, valueBytes: number): readonly number[] {
  if (records !== undefined) return records
  if (isScaling) return SCALING_RECORDS
  if (isLarge) return [LARGE_RECORDS]
  return [valueBytes > SMALL_VALUE_BYTES ? LARGE_VALUE_RECORDS : RECORDS]
}

function isOfSize({ group }: Work, { isLarge, isScaling }: Selection): boolean {
  return isLarge === (group === 'large') && isScaling === (group === 'scaling')
}

export function plansOf(selection: Selection): PlannedWork[] {
  const { only, isTargetsOnly } = selection
  const isWanted = (names: readonly string[]): boolean =>
    only === undefined ||
    only.split(',').some((item) => item.split('+').every((start) => names.some((name) => name.startsWith(start))))
  const works = WORKS.filter((work) => isOfSize(work, selection))
  const values = selection.isLarge || selection.isScaling ? [SMALL_VALUE_BYTES] : selection.valueBytes
  const plans = values.flatMap((valueBytes) =>
    works.flatMap((work) =>
      recordsOf(selection, valueBytes).map((records) => {
        const subjects = work.subjects
          .filter((subject) => isWanted([work.name, work.group, subject]))
          .filter((subject) => !isTargetsOnly || isTargeted(work.name, subject, valueBytes))
        return { work, shape: { records, valueBytes }, subjects }
      }),
    ),
  )
  const wanted = plans.filter(({ subjects }) => subjects.length > 0)
  if (wanted.length > 0) return wanted
  if (only === undefined) throw new Error('no target is about works or values of these sizes')
  const names = [...works.map(({ name }) => name), ...SUBJECTS]
  throw new Error(`nothing is named like ${only}; there are ${names.join(', ')}`)
}
