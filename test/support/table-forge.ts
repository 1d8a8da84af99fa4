import { checksum, seedAt } from '../../src/bytes/checksum.ts'
import { ByteWriter } from '../../src/bytes/writer.ts'
import { sealBlock } from '../../src/table/block-codec.ts'
import { BlockIndexBuilder } from '../../src/table/block-index.ts'
import { encodeFooter, TRAILER_SIZE, tableSeed } from '../../src/table/format.ts'
import { encodeProperties } from '../../src/table/properties.ts'
import { encodeSectionIndex, type Section } from '../../src/table/section.ts'
import { TABLE_ID } from './table-fixture.ts'
import { TableMemoryFile } from './table-memory-file.ts'

export interface ForgedSection {
  readonly name: string
  readonly mustUnderstand: boolean
  readonly content: Uint8Array
}

export interface ForgedBlock {
  readonly raw: Uint8Array
  readonly separator: Uint8Array
  readonly sequence?: number
  /** Changes the stored bytes before the right checksum is put over them. */
  readonly tamper?: (stored: Uint8Array) => void
}

/** A table of any bytes whatever, with the right checksums over them. */
export function forgeTable(
  blocks: readonly ForgedBlock[],
  change?: (sections: ForgedSection[]) => ForgedSection[],
): TableMemoryFile {
  const file = new TableMemoryFile('000666.sst')
  const seed = tableSeed(TABLE_ID)
  const append = (raw: Uint8Array, tamper?: (stored: Uint8Array) => void): { offset: number; size: number } => {
    const offset = file.sizeSync()
    const writer = new ByteWriter()
    writer.bytes(raw)
    sealBlock(writer, 'none', seed, offset)
    if (tamper !== undefined) {
      tamper(writer.view())
      resumWith(writer, seed, offset)
    }
    file.appendSync(writer.view())
    return { offset, size: writer.length - TRAILER_SIZE }
  }
  const index = new BlockIndexBuilder()
  for (const { raw, separator, sequence, tamper } of blocks)
    index.add(separator, sequence ?? 0, append(raw, tamper).size)
  const whole = [
    { name: 'block-index', mustUnderstand: true, content: index.finish() },
    { name: 'properties', mustUnderstand: true, content: forgedProperties() },
  ]
  const sections: Section[] = []
  for (const { name, mustUnderstand, content } of change?.(whole) ?? whole) {
    sections.push({ name, mustUnderstand, ...append(content) })
  }
  const sectionIndex = append(encodeSectionIndex(sections))
  file.appendSync(encodeFooter({ sectionIndex, id: TABLE_ID }, file.sizeSync()))
  return file
}

export function forgedProperties(change: object = {}): Uint8Array {
  const properties = {
    smallest: new Uint8Array(0),
    largest: Uint8Array.of(255),
    smallestSequence: 0,
    largestSequence: 9,
    oldestMs: 0,
    newestMs: 0,
    entries: 1,
    tombstones: 0,
    rangeDeletes: 0,
    merges: 0,
    entriesWithoutExpiry: 1,
    largestExpiryMs: 0,
    userBytes: 1,
    codec: 'none' as const,
    filterBitsPerKey: 0,
  }
  return encodeProperties({ ...properties, ...change })
}

function resumWith(writer: ByteWriter, seed: number, offset: number): void {
  const size = writer.length - TRAILER_SIZE
  const sealed = new ByteWriter()
  sealed.bytes(writer.buffer.subarray(0, size + 5))
  sealed.u32(checksum(sealed.buffer, 0, size + 5, seedAt(seed, offset)))
  writer.clear()
  writer.bytes(sealed.view())
}
