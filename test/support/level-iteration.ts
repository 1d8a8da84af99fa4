import type { IterationData, Place, RangeData, ReadOperation, Step } from './level-operations.ts'
import { type Outcome, outcomeOf, STEP_SEPARATOR, scribble, UNASKED } from './level-outcome.ts'
import type { LevelIterator } from './level-shape.ts'
import { isClosed, type KeptIterator, type LevelSubject } from './level-subject.ts'

const BOUNDS = ['gt', 'gte', 'lt', 'lte'] as const

/** A range with its bounds as the encoding takes them. */
export function rangeOptions(subject: LevelSubject, range: RangeData, place: Place): Record<string, unknown> {
  const options: Record<string, unknown> = { ...range }
  for (const bound of BOUNDS) {
    const text = range[bound]
    if (text === undefined) continue
    options[bound] = subject.key({ text, ...(range.keyEncoding && { encoding: range.keyEncoding }) }, place)
  }
  // Bounds are the iterator's for as long as it lives.
  subject.takeGiven()
  return options
}

function startIterator(subject: LevelSubject, operation: ReadOperation & { kind: 'iterate' }): KeptIterator {
  const { at, over, options } = operation
  const abort = new AbortController()
  const { snapshot: slot, ...rest } = options
  const kept = slot === undefined ? undefined : subject.snapshots.get(slot)
  const native: object = {
    ...rangeOptions(subject, rest satisfies IterationData, at),
    ...(kept !== undefined && { snapshot: kept.snapshot }),
    signal: abort.signal,
  }
  const iterator = subject.at(at)[over](native)
  const isOfNothing = kept === undefined ? subject.holdsNothing : kept.isOfNothing
  return {
    iterator,
    over,
    encodings: subject.encodings(at, options),
    abort,
    isOfNothing,
    isUnasked: false,
    isSpoilt: false,
  }
}

/** What ClassicLevel must not be asked: an iterator of a closed snapshot, or of neither keys nor values, which it ends early. */
function isBeyondClassic(subject: LevelSubject, { over, options }: ReadOperation & { kind: 'iterate' }): boolean {
  const { snapshot: slot, keys, values } = options
  const kept = slot === undefined ? undefined : subject.snapshots.get(slot)
  if (kept !== undefined && isClosed(kept.snapshot)) return true
  return over === 'iterator' && keys === false && values === false
}

export async function iterate(subject: LevelSubject, operation: ReadOperation & { kind: 'iterate' }): Promise<Outcome> {
  const replaced = operation.keep === undefined ? undefined : subject.iterators.get(operation.keep)
  if (subject.source.isFragile && isBeyondClassic(subject, operation)) {
    if (operation.keep !== undefined) subject.iterators.set(operation.keep, null)
    await replaced?.iterator.close()
    return UNASKED
  }
  let kept: KeptIterator
  try {
    kept = startIterator(subject, operation)
  } catch (error) {
    return outcomeOf(() => error)
  }
  if (operation.keep !== undefined) subject.iterators.set(operation.keep, kept)
  const outcome = await takeSteps(subject, kept, operation.steps)
  await replaced?.iterator.close()
  if (operation.keep === undefined) await kept.iterator.close()
  return outcome
}

/** Takes steps one by one; after each, what it gave and how many items the iterator counts. */
export async function takeSteps(subject: LevelSubject, kept: KeptIterator, steps: readonly Step[]): Promise<Outcome> {
  const outcomes: Outcome[] = []
  for (const step of steps) {
    if (subject.source.isFragile && losesCount(kept, step)) kept.isUnasked = true
    if (kept.isUnasked || kept.isSpoilt) {
      outcomes.push(kept.isUnasked ? UNASKED : 'spoilt')
      continue
    }
    let result: unknown
    const outcome = await outcomeOf(
      async () => (result = exactItems(subject, kept, step, await takeStep(subject, kept, step))),
    )
    kept.isSpoilt = outcome === 'throws LEVEL_DECODE_ERROR'
    outcomes.push(kept.isSpoilt ? outcome : `${outcome} of ${kept.iterator.count}`)
    if (!subject.source.isInstance) scribble(result)
  }
  outcomes.push(`limit ${kept.iterator.limit}`)
  return outcomes.join(STEP_SEPARATOR)
}

/** ClassicLevel counts towards its limit also what it had read ahead of `next()` and drops at a seek, so it ends too early. */
function losesCount({ iterator }: KeptIterator, { step }: Step): boolean {
  return step === 'seek' && iterator.limit < Number.POSITIVE_INFINITY && iterator.count > 0
}

function exactItems(
  subject: LevelSubject,
  { over, encodings }: KeptIterator,
  { step }: Step,
  result: unknown,
): unknown {
  const exact = (item: unknown): unknown => {
    if (over === 'keys') return subject.exact(item, encodings.keyEncoding)
    if (over === 'values') return subject.exact(item, encodings.valueEncoding)
    if (!Array.isArray(item)) return item
    return [subject.exact(item[0], encodings.keyEncoding), subject.exact(item[1], encodings.valueEncoding)]
  }
  return step !== 'next' && Array.isArray(result) ? result.map(exact) : exact(result)
}

async function takeStep(subject: LevelSubject, kept: KeptIterator, step: Step): Promise<unknown> {
  const { iterator } = kept
  if (step.step === 'next') return iterator.next()
  if (step.step === 'nextv') return nextItems(iterator, step.size)
  if (step.step === 'all') return iterator.all()
  if (step.step === 'loop') {
    const items: unknown[] = []
    if (step.most === 0) return items
    for await (const item of iterator) if (items.push(item) === step.most) break
    return items
  }
  if (step.step === 'seek') {
    const { encoding } = step.to
    const target = subject.native(step.to, kept.encodings.keyEncoding)
    if (kept.isOfNothing && subject.source.isFragile) return undefined
    return iterator.seek(target, encoding === undefined ? {} : { keyEncoding: encoding })
  }
  if (step.step === 'abort') return kept.abort.abort()
  return iterator.close()
}

/** `nextv` may give fewer items than are there, as it likes, but none only at the end. */
async function nextItems(iterator: LevelIterator, size: number): Promise<unknown[]> {
  const items: unknown[] = []
  const wanted = Math.max(1, size)
  while (items.length < wanted) {
    const more = await iterator.nextv(size < 1 ? size : size - items.length)
    if (more.length === 0) break
    items.push(...more)
    if (items.length > wanted) throw new RangeError('nextv gave more than was asked for')
  }
  return items
}
