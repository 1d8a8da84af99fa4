import { ByteReader } from '../../src/bytes/reader.ts'
import { concatenated, encodedVarint, extremeVarint, mutateBytes } from './fuzz-bytes.ts'
import type { Dice } from './fuzz-dice.ts'

/** A field as edits, table entries and properties hold it: a varint that says what it is, then a prefixed value. */
interface Field {
  readonly head: number
  readonly value: Uint8Array
}

/** A record of tagged fields with one to five changes; whatever is no such record is changed as plain bytes. */
export function mutateFields(dice: Dice, bytes: Uint8Array, donor: Uint8Array, depth = 0): Uint8Array {
  const fields = fieldsOf(bytes)
  if (fields === undefined || dice.oneIn(8)) return mutateBytes(dice, bytes, donor)
  const others = fieldsOf(donor) ?? [...fields]
  for (let count = dice.few(); count > 0; count--) mutateList(dice, fields, others, depth)
  return concatenated(fields.flatMap(({ head, value }) => [encodedVarint(head), encodedVarint(value.length), value]))
}

/** Undefined where the bytes are not fields from end to end. */
function fieldsOf(bytes: Uint8Array): Field[] | undefined {
  const reader = new ByteReader(bytes)
  const fields: Field[] = []
  try {
    while (reader.remaining > 0) fields.push({ head: reader.varint(), value: reader.prefixed() })
  } catch {
    return undefined
  }
  return fields.length === 0 ? undefined : fields
}

function mutateList(dice: Dice, fields: Field[], others: readonly Field[], depth: number): void {
  const at = dice.below(fields.length)
  const field = fields[at]
  if (field === undefined) return void fields.push(dice.pick(others))
  const other = dice.pick(others)
  switch (dice.below(10)) {
    case 0:
      fields.splice(at, 1)
      break
    case 1:
      fields.splice(dice.below(fields.length + 1), 0, field)
      break
    case 2:
      fields.splice(at, 1)
      fields.splice(dice.below(fields.length + 1), 0, field)
      break
    case 3:
      fields.splice(dice.below(fields.length + 1), 0, other)
      break
    case 4:
      fields[at] = { ...field, head: dice.oneIn(2) ? field.head ^ 1 : Math.max(0, field.head + dice.pick([2, -2])) }
      break
    case 5:
      fields[at] = { ...field, head: dice.below(60) }
      break
    case 6:
      fields[at] = { ...field, value: extremeVarint(dice) }
      break
    case 7:
      fields[at] = { ...field, value: other.value }
      break
    default:
      fields[at] = { ...field, value: mutatedValue(dice, field.value, other.value, depth) }
  }
}

/** Values of some fields are records themselves. */
function mutatedValue(dice: Dice, value: Uint8Array, donor: Uint8Array, depth: number): Uint8Array {
  return depth < 2 && value.length > 3 ? mutateFields(dice, value, donor, depth + 1) : mutateBytes(dice, value, donor)
}
