import fc from 'fast-check'
import {
  aCall,
  aKey,
  aKeyText,
  anEncoding,
  anIteration,
  aPlace,
  aRange,
  aSetting,
  aSlot,
  aStep,
  aValue,
  aWrite,
} from './level-arbitraries.ts'
import type { LevelCase, Operation, ReadOperation, StateOperation, WriteOperation } from './level-operations.ts'

/** Parts of one operation: those in `always` are there, the others sometimes. */
function operation<T extends Operation>(
  kind: T['kind'],
  always: Record<string, fc.Arbitrary<unknown>>,
  sometimes: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<T> {
  const parts = { kind: fc.constant(kind), ...always }
  const constraints = { requiredKeys: Object.keys(parts), noNullPrototype: true } as never
  return fc.record({ ...parts, ...sometimes }, constraints) as unknown as fc.Arbitrary<T>
}

const at = aPlace
const sync = fc.boolean()
const reading = { valueEncoding: anEncoding, snapshot: aSlot }

/** Mostly entries into the root, so that there is something to read. */
const aFill: fc.Arbitrary<WriteOperation> = operation<WriteOperation>('batch', {
  at: fc.constant('root'),
  writes: fc.array(
    fc
      .record({ key: aKey, value: aValue }, { noNullPrototype: true })
      .filter(({ key, value }) => key.text !== null && value.text !== null),
    { minLength: 1, maxLength: 20, size: 'max' },
  ),
})

const aSmallWrite: fc.Arbitrary<WriteOperation> = fc.oneof(
  operation<WriteOperation>('put', { at, key: aKey, value: aValue }, { sync }),
  operation<WriteOperation>('put', { at, key: aKey, value: aValue }, { sync }),
  operation<WriteOperation>('del', { at, key: aKey }, { sync }),
  operation<WriteOperation>('batch', { at, writes: fc.array(aWrite, { maxLength: 8, size: 'max' }) }, { sync }),
  operation<WriteOperation>(
    'chain',
    { at, calls: fc.array(aCall, { maxLength: 8, size: 'max' }), end: fc.constantFrom('write', 'write', 'close') },
    { sync },
  ),
)

const aClear: fc.Arbitrary<WriteOperation> = operation<WriteOperation>(
  'clear',
  { at, range: aRange },
  { snapshot: aSlot },
)

const keys = fc.array(aKeyText, { maxLength: 6, size: 'max' })
const steps = fc.array(aStep, { minLength: 1, maxLength: 9, size: 'max' })
const over = fc.constantFrom('iterator', 'iterator', 'keys', 'values')

const aLookup: fc.Arbitrary<ReadOperation> = fc.oneof(
  operation<ReadOperation>('get', { at, key: aKey }, reading),
  operation<ReadOperation>('getSync', { at, key: aKey }, reading),
  operation<ReadOperation>('has', { at, key: aKey }, { snapshot: aSlot }),
  operation<ReadOperation>('getMany', { at, keys }, { keyEncoding: anEncoding, ...reading }),
  operation<ReadOperation>('hasMany', { at, keys }, { keyEncoding: anEncoding, snapshot: aSlot }),
)

const aWholeIterate: fc.Arbitrary<ReadOperation> = operation<ReadOperation>('iterate', {
  at,
  over,
  options: anIteration,
  steps,
})

const anIterate: fc.Arbitrary<ReadOperation> = fc.oneof(
  { arbitrary: aWholeIterate, weight: 4 },
  { arbitrary: operation<ReadOperation>('iterate', { at, over, options: anIteration, steps, keep: aSlot }), weight: 1 },
)

const aRead: fc.Arbitrary<ReadOperation> = fc.oneof(aLookup, anIterate)

const aViewChange: fc.Arbitrary<StateOperation> = fc.oneof(
  { arbitrary: operation<StateOperation>('resume', { slot: aSlot, steps }), weight: 4 },
  { arbitrary: operation<StateOperation>('snapshot', { at, slot: aSlot }), weight: 4 },
  { arbitrary: operation<StateOperation>('release', { slot: aSlot }), weight: 1 },
)

/** In a slot that nothing reads from, because to close the one that it replaces would race with reads. */
const aSpareSnapshot: fc.Arbitrary<StateOperation> = operation<StateOperation>('snapshot', { at, slot: fc.constant(9) })

/** Reads that are called together, or one write: of two calls that do not wait for each other nobody knows the order. */
const anEarly: fc.Arbitrary<Operation[]> = fc.oneof(
  fc.constant<Operation[]>([]),
  fc.array(fc.oneof<fc.Arbitrary<Operation>[]>(aLookup, aWholeIterate, aSpareSnapshot), { maxLength: 3 }),
  fc.oneof(aSmallWrite, aClear).map((write): Operation[] => [write]),
)

const aReopen: fc.Arbitrary<StateOperation> = operation<StateOperation>('reopen', {
  at,
  anew: fc.boolean(),
  meanwhile: fc.array(fc.oneof<fc.Arbitrary<Operation>[]>(aRead, aSmallWrite, aClear, aViewChange), { maxLength: 2 }),
  early: anEarly,
})

const anOperation: fc.Arbitrary<Operation> = fc.oneof(
  { arbitrary: aFill, weight: 4 },
  { arbitrary: aSmallWrite, weight: 10 },
  { arbitrary: aClear, weight: 2 },
  { arbitrary: aLookup, weight: 10 },
  { arbitrary: anIterate, weight: 16 },
  { arbitrary: aViewChange, weight: 8 },
  { arbitrary: operation<Operation>('compact', { at: fc.constant('root') }), weight: 1 },
  { arbitrary: aReopen, weight: 2 },
)

export const aLevelCase: fc.Arbitrary<LevelCase> = fc.record(
  {
    setting: aSetting,
    early: anEarly,
    operations: fc.array(anOperation, { minLength: 1, maxLength: 40, size: 'max' }),
  },
  { noNullPrototype: true },
)
