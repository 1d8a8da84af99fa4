import { iterate, rangeOptions, takeSteps } from './level-iteration.ts'
import type { Operation, ReadOperation, StateOperation, WriteData, WriteOperation } from './level-operations.ts'
import { type Outcome, outcomeOf, PART_SEPARATOR, scribble, UNASKED } from './level-outcome.ts'
import type { Level } from './level-shape.ts'
import type { LevelSubject } from './level-subject.ts'

/** Does an operation to a database, and says what came of it. */
export async function perform(subject: LevelSubject, operation: Operation): Promise<Outcome> {
  const outcome = await performAlone(subject, operation)
  const given = subject.takeGiven()
  if (!subject.source.isInstance) scribble(given)
  return outcome
}

/** Calls operations together, before any of them is over. */
export async function performTogether(subject: LevelSubject, operations: readonly Operation[]): Promise<Outcome> {
  const outcomes = await Promise.all(operations.map((operation) => performAlone(subject, operation)))
  const given = subject.takeGiven()
  if (!subject.source.isInstance) scribble(given)
  return outcomes.join(PART_SEPARATOR)
}

function performAlone(subject: LevelSubject, operation: Operation): Promise<Outcome> {
  switch (operation.kind) {
    case 'put':
    case 'del':
    case 'batch':
    case 'chain':
    case 'clear':
      return outcomeOf(() => write(subject, operation))
    case 'iterate':
      return iterate(subject, operation)
    case 'get':
    case 'getSync':
    case 'has':
    case 'getMany':
    case 'hasMany':
      return readResult(subject, operation)
    default:
      return changeState(subject, operation)
  }
}

async function write(subject: LevelSubject, operation: WriteOperation): Promise<unknown> {
  const { at } = operation
  const level = subject.at(at)
  if (operation.kind === 'clear') {
    return level.clear({
      ...rangeOptions(subject, operation.range, at),
      ...snapshotOption(subject, operation.snapshot),
    })
  }
  const sync: object = operation.sync === undefined ? {} : { sync: operation.sync }
  if (operation.kind === 'chain') return chain(subject, operation, level, sync)
  if (operation.kind === 'batch') {
    const operations = operation.writes.map((given) => batchOperation(subject, given, operation))
    return level.batch(operations, sync)
  }
  const { encoding } = operation.key
  const options = { ...sync, ...(encoding !== undefined && { keyEncoding: encoding }) }
  const key = subject.key(operation.key, at)
  if (operation.kind === 'del') return level.del(key, options)
  const valueEncoding = operation.value.encoding
  const value = subject.value(operation.value, at)
  return level.put(key, value, { ...options, ...(valueEncoding !== undefined && { valueEncoding }) })
}

function batchOperation(subject: LevelSubject, given: WriteData, { at }: WriteOperation): object {
  const { key, value, sublevel } = given
  const place = sublevel ?? at
  return {
    type: value === undefined ? 'del' : 'put',
    key: subject.key(key, place),
    ...writeOptions(subject, given),
    ...(value !== undefined && { value: subject.value(value, place) }),
  }
}

function writeOptions(subject: LevelSubject, { key, value, sublevel }: WriteData): object {
  return {
    ...(key.encoding !== undefined && { keyEncoding: key.encoding }),
    ...(value?.encoding !== undefined && { valueEncoding: value.encoding }),
    ...(sublevel !== undefined && { sublevel: subject.at(sublevel) }),
  }
}

async function chain(
  subject: LevelSubject,
  { at, calls, end }: WriteOperation & { kind: 'chain' },
  level: Level,
  sync: object,
): Promise<unknown> {
  const batch = level.batch()
  const lengths: unknown[] = []
  for (const call of calls) {
    const outcome = await outcomeOf(() => {
      if (call === 'clear') return void batch.clear()
      const place = call.sublevel ?? at
      const key = subject.key(call.key, place)
      if (call.value === undefined) batch.del(key, writeOptions(subject, call))
      else batch.put(key, subject.value(call.value, place), writeOptions(subject, call))
    })
    lengths.push(outcome, batch.length)
  }
  lengths.push(await outcomeOf(() => (end === 'write' ? batch.write(sync) : batch.close())))
  lengths.push(await outcomeOf(() => void batch.clear()), batch.length)
  return lengths
}

async function readResult(
  subject: LevelSubject,
  operation: Exclude<ReadOperation, { kind: 'iterate' }>,
): Promise<Outcome> {
  let result: unknown
  const { valueEncoding } = subject.encodings(operation.at, operation)
  const exact = (value: unknown): unknown => subject.exact(value, valueEncoding)
  const outcome = await outcomeOf(async () => {
    const found = await read(subject, operation)
    result = 'keys' in operation && Array.isArray(found) ? found.map(exact) : exact(found)
    return result
  })
  if (!subject.source.isInstance) scribble(result)
  return outcome
}

/** Not async: while a database opens, the call must be made at once. */
function read(subject: LevelSubject, operation: Exclude<ReadOperation, { kind: 'iterate' }>): unknown {
  const { at, valueEncoding, snapshot } = operation
  const level = subject.at(at)
  const keyEncoding = 'keys' in operation ? operation.keyEncoding : operation.key.encoding
  const options = {
    ...(keyEncoding !== undefined && { keyEncoding }),
    ...(valueEncoding !== undefined && { valueEncoding }),
    ...snapshotOption(subject, snapshot),
  }
  const takesDefaults = Object.keys(options).length === 0
  if ('keys' in operation) {
    const keys = operation.keys.map((text) =>
      subject.key({ text, ...(keyEncoding !== undefined && { encoding: keyEncoding }) }, at),
    )
    return takesDefaults ? level[operation.kind](keys) : level[operation.kind](keys, options)
  }
  const key = subject.key(operation.key, at)
  return takesDefaults ? level[operation.kind](key) : level[operation.kind](key, options)
}

function snapshotOption(subject: LevelSubject, slot: number | undefined): object {
  const snapshot = slot === undefined ? undefined : subject.snapshots.get(slot)?.snapshot
  return snapshot === undefined ? {} : { snapshot }
}

async function changeState(subject: LevelSubject, operation: StateOperation): Promise<Outcome> {
  switch (operation.kind) {
    case 'resume': {
      const kept = subject.iterators.get(operation.slot)
      if (kept === null) return UNASKED
      return kept === undefined ? 'none' : takeSteps(subject, kept, operation.steps)
    }
    case 'snapshot':
      return outcomeOf(() => {
        const replaced = subject.snapshots.get(operation.slot)
        const snapshot = subject.at(operation.at).snapshot()
        subject.snapshots.set(operation.slot, { snapshot, isOfNothing: subject.holdsNothing })
        return replaced?.snapshot.close()
      })
    case 'release':
      return outcomeOf(() => subject.snapshots.get(operation.slot)?.snapshot.close())
    case 'compact': {
      const level = subject.at('root')
      // No answer to compare, and a database in memory has nothing to merge: it must only change nothing that is read.
      if (level.compactRange !== undefined && level.status === 'open') {
        await level.compactRange('', '\xff', { keyEncoding: 'buffer' })
      }
      return 'compacted'
    }
    case 'reopen':
      return reopen(subject, operation)
  }
}

async function reopen(subject: LevelSubject, operation: StateOperation & { kind: 'reopen' }): Promise<Outcome> {
  const outcomes = [await outcomeOf(() => subject.at(operation.anew ? 'root' : operation.at).close())]
  for (const given of operation.meanwhile) {
    outcomes.push(await perform(subject, given))
    // Only a sublevel may be closed.
    if (subject.at('root').status === 'open') await subject.content()
  }
  const opening = operation.anew ? subject.renew() : subject.open()
  const early = performTogether(subject, operation.early)
  outcomes.push(await outcomeOf(() => opening), await early)
  outcomes.push(await outcomeOf(() => subject.open()))
  return outcomes.join(PART_SEPARATOR)
}
