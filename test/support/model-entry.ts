import fc from 'fast-check'

/** An entry as plain data, for models. */
export interface ModelEntry {
  readonly key: Uint8Array
  readonly sequence: number
  readonly kind: number
  readonly value: Uint8Array
}

/** Internal order, written down a second time. */
export function compareModelEntries(a: ModelEntry, b: ModelEntry): number {
  return Buffer.compare(a.key, b.key) || b.sequence - a.sequence
}

/** A tiny world of keys, so that equal keys, prefixes and the empty key are common. */
export const tinyKey: fc.Arbitrary<Uint8Array> = fc
  .array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), { maxLength: 3 })
  .map((bytes) => Uint8Array.from(bytes))

/** Long common beginnings, which tiny keys never have. */
export const prefixedKey: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom('user:00000000', 'user:0000', 'user:00000000000000000', ''), tinyKey)
  .map(([prefix, tail]) => Uint8Array.from([...Buffer.from(prefix), ...tail]))

/** Entries in any order with no (key, sequence) twice; about one in four a delete. */
export function modelEntries(
  key: fc.Arbitrary<Uint8Array>,
  maxLength: number,
  maxSequence = 20,
): fc.Arbitrary<ModelEntry[]> {
  const entry = fc.record({ key, sequence: fc.integer({ min: 1, max: maxSequence }), isDelete: fc.nat(3) })
  return fc
    .uniqueArray(entry, {
      maxLength,
      size: 'max',
      selector: (each) => `${Buffer.from(each.key).toString('hex')}@${each.sequence}`,
    })
    .map((entries) => entries.map((each) => modelEntry(each.key, each.sequence, each.isDelete === 0)))
}

/** An entry whose value says what it is. */
export function modelEntry(key: Uint8Array, sequence: number, isDelete = false): ModelEntry {
  const value = isDelete ? '' : `${Buffer.from(key).toString('hex')}@${sequence}`
  return { key: Uint8Array.from(key), sequence, kind: isDelete ? 0 : 1, value: new TextEncoder().encode(value) }
}
