import fc from 'fast-check'
import type {
  ChainCall,
  Encoding,
  IterationData,
  KeyData,
  KeyText,
  Place,
  RangeData,
  Setting,
  Slot,
  Step,
  ValueData,
  WriteData,
} from './level-operations.ts'

/** Few keys, so that operations meet on them: prefixes of each other, and what borders on a sublevel. */
const KEYS = ['a', 'b', 'ab', 'aa', 'b\0', '!a!a', '!a!!b!', '!c!']
/**
 * The ends of the order, what is not ASCII or has no form in UTF-8, a byte order mark, what UTF-16 orders otherwise.
 */
const ODD_KEYS = ['', '\0', '\0\0', '\x80', '\xff', '\xff\xff', 'a\xff', '!', '!a!', '!a"', '"', '~']
const ODD_TEXTS = ['\ufeffa', '\ud800', 'a\udc00', '\ud83d\ude00', '\uffff', '\u20ac']

const someText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...KEYS), weight: 6 },
  { arbitrary: fc.constantFrom(...ODD_KEYS), weight: 2 },
  { arbitrary: fc.constantFrom(...ODD_TEXTS), weight: 1 },
)

const record = <T>(parts: { [K in keyof T]-?: fc.Arbitrary<NonNullable<T[K]> | T[K]> }, required: (keyof T)[]) =>
  fc.record(parts, { requiredKeys: required as never, noNullPrototype: true }) as unknown as fc.Arbitrary<T>

const often = <T>(arbitrary: fc.Arbitrary<T>, rare: T, freq: number): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary, weight: freq }, { arbitrary: fc.constant(rare), weight: 1 })

export const anEncoding: fc.Arbitrary<Encoding> = fc.constantFrom('utf8', 'buffer', 'view', 'json', 'hex', 'base64')

export const aPlace: fc.Arbitrary<Place> = fc.oneof(
  { arbitrary: fc.constant<Place>('root'), weight: 5 },
  { arbitrary: fc.constantFrom<Place>('a', 'a.b', 'a+b', 'c'), weight: 3 },
)

export const aSlot: fc.Arbitrary<Slot> = fc.nat({ max: 1 })

/** With a null now and then. */
export const aKeyText: fc.Arbitrary<KeyText> = often<KeyText>(someText, null, 60)

/** Mostly of the place's own encoding. */
export const aKey: fc.Arbitrary<KeyData> = fc.oneof(
  { arbitrary: aKeyText.map((text) => ({ text })), weight: 3 },
  { arbitrary: record<KeyData>({ text: aKeyText, encoding: anEncoding }, ['text', 'encoding']), weight: 1 },
)

export const aValue: fc.Arbitrary<ValueData> = fc.oneof(
  { arbitrary: fc.constantFrom('x', 'y', 'yz', '', '7', '\xff').map((text) => ({ text })), weight: 6 },
  { arbitrary: fc.constantFrom(70, 300, 5000).map((times) => ({ text: 'v', times })), weight: 1 },
  {
    arbitrary: record<ValueData>({ text: aKeyText, encoding: anEncoding, times: fc.constantFrom(1, 2) }, [
      'text',
      'encoding',
    ]),
    weight: 3,
  },
)

export const aWrite: fc.Arbitrary<WriteData> = record<WriteData>(
  { key: aKey, value: aValue, sublevel: often<Place>(aPlace, 'root', 2) },
  ['key'],
).chain((write) => fc.constantFrom(write, write, { key: write.key, ...(write.value && { value: write.value }) }))

export const aCall: fc.Arbitrary<ChainCall> = often<ChainCall>(aWrite, 'clear', 8)

export const aLimit: fc.Arbitrary<number> = fc.constantFrom(-1, 0, 1, 2, 3, 4, 6, 9)

const ends = { gt: aKeyText, gte: aKeyText, lt: aKeyText, lte: aKeyText }
const rest = { reverse: fc.boolean(), limit: aLimit, keyEncoding: anEncoding }

/** Rarely bounded on both sides twice: such a range says little more than that one bound wins. */
function rangeOf<T extends RangeData>(more: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<T> {
  const of = (...names: (keyof typeof ends)[]): fc.Arbitrary<T> => {
    const bounds = Object.fromEntries(names.map((name) => [name, ends[name]]))
    return fc.record({ ...bounds, ...more }, { requiredKeys: names, noNullPrototype: true } as never) as fc.Arbitrary<T>
  }
  return fc.oneof(
    ...[of(), of('gt'), of('gte'), of('lt'), of('lte'), of('gt', 'lt'), of('gt', 'lte'), of('gte', 'lt')],
    ...[of('gte', 'lte'), of('gt', 'gte'), of('lt', 'lte'), of('gt', 'gte', 'lt', 'lte')],
  )
}

export const aRange: fc.Arbitrary<RangeData> = rangeOf<RangeData>(rest)

const readOptions = { valueEncoding: anEncoding, snapshot: aSlot }

export const anIteration: fc.Arbitrary<IterationData> = fc.oneof(
  rangeOf<IterationData>({ reverse: fc.boolean(), snapshot: aSlot }),
  rangeOf<IterationData>({ reverse: fc.boolean(), limit: aLimit }),
  record<Pick<IterationData, 'reverse' | 'limit'>>({ reverse: fc.boolean(), limit: aLimit }, ['limit']),
  rangeOf<IterationData>({
    ...{ ...rest, ...readOptions },
    ...{ keys: fc.boolean(), values: fc.boolean(), highWaterMarkBytes: fc.constantFrom(0, 1, 100, 100_000) },
  }),
)

export const aStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.constant<Step>({ step: 'next' }), weight: 5 },
  { arbitrary: fc.integer({ min: 0, max: 4 }).map((size): Step => ({ step: 'nextv', size })), weight: 4 },
  { arbitrary: aKey.map((to): Step => ({ step: 'seek', to })), weight: 5 },
  { arbitrary: fc.constant<Step>({ step: 'all' }), weight: 1 },
  { arbitrary: fc.nat({ max: 5 }).map((most): Step => ({ step: 'loop', most })), weight: 1 },
  { arbitrary: fc.constantFrom<Step>({ step: 'close' }, { step: 'abort' }), weight: 1 },
)

export const aSetting: fc.Arbitrary<Setting> = record<Setting>(
  {
    strategy: fc.constantFrom('leveled', 'size-tiered'),
    memtableBytes: fc.constantFrom(512, 1024, 4096),
    isOnDisk: fc.oneof({ arbitrary: fc.constant(false), weight: 7 }, { arbitrary: fc.constant(true), weight: 1 }),
    keyEncoding: anEncoding,
    valueEncoding: anEncoding,
  },
  ['strategy', 'memtableBytes', 'isOnDisk'],
)
