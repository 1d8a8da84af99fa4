import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { VarveError } from '../errors.ts'
import { type BlockHandle, TRAILER_SIZE } from './format.ts'

/** The sections that this version writes. */
export const SectionName = { blockIndex: 'block-index', filter: 'filter', properties: 'properties' } as const

const KNOWN: readonly string[] = Object.values(SectionName)
const MUST_UNDERSTAND = 1
/** The fewest bytes that a section takes in the index. */
const LEAST_BYTES = 4

/** A named part of a table behind its data blocks. */
export interface Section extends BlockHandle {
  readonly name: string
  /** A reader that does not know the name must refuse the table. */
  readonly mustUnderstand: boolean
}

/** The section index as format.ts draws it. */
export function encodeSectionIndex(sections: readonly Section[]): Uint8Array {
  const writer = new ByteWriter()
  writer.varint(sections.length)
  for (const section of sections) {
    writer.prefixed(new TextEncoder().encode(section.name))
    writer.u8(section.mustUnderstand ? MUST_UNDERSTAND : 0)
    writer.varint(section.offset)
    writer.varint(section.size)
  }
  return writer.view()
}

/**
 * Reads a section index that stands at `offset` of its file. The sections must lie one behind the other and end there.
 * Refuses with UNSUPPORTED_FORMAT those that must be understood and are not.
 */
export function decodeSectionIndex(bytes: Uint8Array, offset: number, file: string): readonly Section[] {
  const reader = new ByteReader(bytes, 0, bytes.length, file, offset)
  const count = reader.varint()
  if (count < 1 || count * LEAST_BYTES > reader.remaining) reader.fail('a section index is not as long as it says')
  const sections: Section[] = []
  for (let i = 0; i < count; i++) {
    const name = new TextDecoder().decode(reader.prefixed())
    const flags = reader.u8()
    if (flags > MUST_UNDERSTAND) reader.fail('a section has unknown flags')
    const section = { name, mustUnderstand: flags === MUST_UNDERSTAND, offset: reader.varint(), size: reader.varint() }
    if (section.mustUnderstand && !KNOWN.includes(name)) {
      throw new VarveError('UNSUPPORTED_FORMAT', 'a table has a section that needs a newer version of varve', {
        file,
        offset,
      })
    }
    const before = sections.at(-1)
    if (before !== undefined && before.offset + before.size + TRAILER_SIZE !== section.offset) {
      reader.fail('the sections of a table do not lie one behind the other')
    }
    if (sections.some((other) => other.name === name)) reader.fail('a table has a section twice')
    sections.push(section)
  }
  const last = sections.at(-1)!
  if (reader.remaining !== 0 || last.offset + last.size + TRAILER_SIZE !== offset) {
    reader.fail('the sections of a table do not end at their index')
  }
  return sections
}
