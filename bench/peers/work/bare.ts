import { measureBareDurableWrites } from '../../calibration.ts'
import { SeededRandom } from '../../lab/random.ts'
import type { CellRequest, CellRun, SubjectName } from '../cell.ts'
import { KEY_BYTES } from '../records.ts'

/** Of the processor's caches. */
const LINE_BYTES = 64
const LINE_WORDS = LINE_BYTES / Uint32Array.BYTES_PER_ELEMENT

function durableWrites({ directory, milliseconds, shape }: CellRequest): CellRun {
  const perSecond = measureBareDurableWrites(directory, milliseconds, KEY_BYTES + shape.valueBytes)
  return { operations: Math.round((perSecond * milliseconds) / 1000), perSecond }
}

/** Lines in random order, as one circle: the first word of each says at which word the next one begins. */
export function circleOfLines(bytes: number, seed: number): Uint32Array {
  const random = new SeededRandom(seed)
  const count = Math.floor(bytes / LINE_BYTES)
  const next = new Uint32Array(count * LINE_WORDS)
  const order = Uint32Array.from({ length: count }, (_, line) => line)
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1)
    const line = order[last]!
    order[last] = order[other]!
    order[other] = line
  }
  for (let i = 0; i < count; i++) next[order[i]! * LINE_WORDS] = order[(i + 1) % count]! * LINE_WORDS
  return next
}

/** Reads of one word each, at a place that only the last one tells, in as many bytes as the records have. */
function dependentReads({ shape, seed, operations = shape.records }: CellRequest): CellRun {
  const next = circleOfLines(shape.records * (KEY_BYTES + shape.valueBytes), seed)
  let at = walk(next, 0, operations)
  const begun = performance.now()
  at = walk(next, at, operations)
  const seconds = (performance.now() - begun) / 1000
  if (next[at] === at) throw new Error('the walk stands still')
  return { operations, perSecond: operations / seconds }
}

/** Follows the circle; returns where it is after so many steps. */
export function walk(next: Uint32Array, from: number, steps: number): number {
  let at = from
  for (let i = 0; i < steps; i++) at = next[at]!
  return at
}

/** What the machine does by itself, without any store. */
export const BARE: Readonly<Partial<Record<SubjectName, (request: CellRequest) => CellRun>>> = {
  bare: durableWrites,
  memory: dependentReads,
}
