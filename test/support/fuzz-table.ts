import { deflateRawSync } from 'node:zlib'
import { checksum, seedAt } from '../../src/bytes/checksum.ts'
import { ByteReader } from '../../src/bytes/reader.ts'
import { ByteWriter } from '../../src/bytes/writer.ts'
import { sealBlock } from '../../src/table/block-codec.ts'
import { BlockIndexBuilder } from '../../src/table/block-index.ts'
import {
  type CodecName,
  encodeFooter,
  FOOTER_SIZE,
  idToText,
  MAX_BLOCK_BYTES,
  readFooter,
  tableSeed,
} from '../../src/table/format.ts'
import { encodeSectionIndex, type Section } from '../../src/table/section.ts'
import { TableFile } from '../../src/table/table-file.ts'
import { mutateBlock } from './fuzz-block.ts'
import { mutateBytes, spliced } from './fuzz-bytes.ts'
import type { Dice } from './fuzz-dice.ts'
import { mutateFields } from './fuzz-fields.ts'
import { putU32 } from './fuzz-log.ts'
import { TableMemoryFile } from './table-memory-file.ts'

/** What a table consists of, so that a part can be changed and all checksums still be made right. */
export interface TableParts {
  readonly id: Uint8Array
  readonly codec: CodecName
  readonly blocks: readonly TableBlock[]
  /** The block index among them is made anew; its content here serves as a donor. */
  readonly sections: readonly TableSection[]
}

interface TableBlock {
  readonly raw: Uint8Array
  readonly separator: Uint8Array
  readonly sequence: number
}

interface TableSection {
  readonly name: string
  readonly mustUnderstand: boolean
  readonly raw: Uint8Array
}

/** 'stored' is a data block as it lies in the file, with codec and raw size; all others are raw. */
const PLACES = ['block', 'stored', 'block-index', 'properties', 'filter', 'section-index', 'footer'] as const
export type TablePlace = (typeof PLACES)[number]

/** Changes the bytes of one place before the checksum is put over them. */
type Change = (place: string, bytes: Uint8Array) => Uint8Array

/** Takes an intact table to pieces. */
export function tablePartsOf(bytes: Uint8Array): TableParts {
  const handle = new TableMemoryFile('000001.sst', bytes)
  const { id } = readFooter(handle, bytes.length)
  const file = new TableFile(handle, { id: idToText(id), bytes: bytes.length })
  const sections = file.sections.map((section) => ({ ...section, raw: file.readRaw(section).slice() }))
  const reader = new ByteReader(sections.find(({ name }) => name === 'block-index')!.raw)
  const blocks: TableBlock[] = []
  for (let count = reader.varint(); count > 0; count--) {
    const separator = reader.prefixed().slice()
    const sequence = reader.varint()
    reader.varint()
    const { bytes, start, end } = file.readBlock(blocks.length)
    blocks.push({ raw: bytes.slice(start, end), separator, sequence })
  }
  return { id: id.slice(), codec: file.properties.codec, blocks, sections }
}

/** Puts a table together, with right checksums over whatever it says. */
export function joinTable({ id, codec, blocks, sections }: TableParts, change: Change): Uint8Array {
  const file = new ByteWriter(4096)
  const seed = tableSeed(id)
  const append = (place: string, raw: Uint8Array, name: CodecName): { offset: number; size: number } => {
    const offset = file.length
    const block = new ByteWriter(raw.length + 16)
    block.bytes(change(place, raw))
    sealBlock(block, name, seed, offset)
    const isData = place === 'block'
    const sealed = isData ? change('stored', block.view().slice(0, -4)) : block.view().slice(0, -4)
    file.bytes(sealed)
    file.u32(checksum(sealed, 0, sealed.length, seedAt(seed, offset)))
    return { offset, size: Math.max(0, sealed.length - 5) }
  }
  const index = new BlockIndexBuilder()
  for (const { raw, separator, sequence } of blocks) index.add(separator, sequence, append('block', raw, codec).size)
  const entries: Section[] = []
  for (const { name, mustUnderstand, raw } of sections) {
    const content = name === 'block-index' ? index.finish() : raw
    entries.push({ name, mustUnderstand, ...append(name, content, 'none') })
  }
  const sectionIndex = append('section-index', encodeSectionIndex(entries), 'none')
  file.bytes(sealedFooter(change('footer', encodeFooter({ sectionIndex, id }, file.length)), file.length))
  return file.finish()
}

function sealedFooter(footer: Uint8Array, offset: number): Uint8Array {
  if (footer.length !== FOOTER_SIZE) return footer
  putU32(footer, 32, checksum(footer, 0, 32, seedAt(tableSeed(footer.slice(12, 28)), offset)))
  return footer
}

/** The table with one to five changes, all at one or two places; checksums are right. */
export function mutateTable(dice: Dice, table: TableParts, donor: TableParts): Uint8Array {
  let parts = table
  if (dice.oneIn(5)) parts = { ...parts, sections: mutatedSections(dice, parts.sections) }
  if (dice.oneIn(8)) parts = { ...parts, blocks: mutatedBlocks(dice, parts.blocks, donor.blocks) }
  const place = dice.pick(PLACES)
  let count = place === 'block' || place === 'stored' ? dice.below(parts.blocks.length) : 0
  return joinTable(parts, (at, bytes) => {
    if (at !== place || count-- !== 0) return bytes
    if (place === 'footer') return mutatedFooter(dice, bytes)
    if (place === 'stored') return mutatedStored(dice, bytes)
    if (place === 'block') return mutateBlock(dice, bytes, dice.pick(donor.blocks).raw)
    const other = sectionOf(donor, place)
    return place === 'properties' ? mutateFields(dice, bytes, other) : mutateBytes(dice, bytes, other)
  })
}

function sectionOf(table: TableParts, name: string): Uint8Array {
  return (table.sections.find((section) => section.name === name) ?? table.sections[0]!).raw
}

function mutatedSections(dice: Dice, sections: readonly TableSection[]): TableSection[] {
  const result = [...sections]
  const at = dice.below(sections.length)
  const section = sections[at]!
  switch (dice.below(6)) {
    case 0:
      result.splice(at, 1)
      break
    case 1:
      result.splice(dice.below(sections.length + 1), 0, section)
      break
    case 2:
      result[at] = { ...section, mustUnderstand: !section.mustUnderstand }
      break
    case 3:
      result[at] = { ...section, name: dice.pick(['', 'filter', 'block-index', 'properties', 'dictionary', '\u00fc']) }
      break
    case 4:
      result.splice(dice.below(sections.length + 1), 0, { ...section, name: 'new', mustUnderstand: dice.oneIn(3) })
      break
    default:
      result[at] = { ...section, raw: dice.pick(sections).raw }
  }
  return result
}

function mutatedBlocks(dice: Dice, blocks: readonly TableBlock[], others: readonly TableBlock[]): TableBlock[] {
  const result = [...blocks]
  const at = dice.below(blocks.length)
  const block = blocks[at]!
  switch (dice.below(6)) {
    case 0:
      result.splice(at, 1)
      break
    case 1:
      result.splice(dice.below(blocks.length + 1), 0, block)
      break
    case 2:
      result.splice(at, 1)
      result.splice(dice.below(blocks.length), 0, block)
      break
    case 3:
      result[at] = { ...block, raw: dice.pick(others).raw }
      break
    case 4:
      result[at] = { ...block, sequence: dice.below(100) }
      break
    default:
      result[at] = { ...block, separator: mutateBytes(dice, block.separator, dice.pick(others).separator) }
  }
  return result
}

/** Magic and size of the footer mostly stay, so that what they guard is reached. */
function mutatedFooter(dice: Dice, footer: Uint8Array): Uint8Array {
  if (dice.oneIn(4)) return mutateBytes(dice, footer)
  const changed = mutateBytes(dice, footer.slice(0, 32))
  const result = footer.slice()
  result.set(changed.subarray(0, 32))
  return result
}

/** Codec and raw size are what the reader believes before it inflates. */
function mutatedStored(dice: Dice, stored: Uint8Array): Uint8Array {
  const end = stored.length - 5
  const kind = dice.below(5)
  if (kind === 0) return mutateBytes(dice, stored)
  if (kind === 1) return spliced(stored, 0, end, mutateBytes(dice, stored.slice(0, end)))
  const isBomb = kind === 2
  const isHuge = isBomb && dice.oneIn(20)
  const result = isBomb ? spliced(stored, 0, end, isHuge ? bombs().huge : bombs().large) : stored.slice()
  if (kind !== 3) result[result.length - 5] = dice.pick([1, 1, 1, 0, 2, 255])
  if (kind !== 4) putU32(result, result.length - 4, dice.pick(isHuge ? SMALL_SIZES : [...SMALL_SIZES, ...LARGE_SIZES]))
  return result
}

const SMALL_SIZES = [0, 1, 64, 4096, 65_536]
const LARGE_SIZES = [2 ** 20, 2 ** 28, MAX_BLOCK_BYTES, MAX_BLOCK_BYTES + 1, 2 ** 31, 2 ** 32 - 1]

/** Few bytes that inflate to very many. */
function bombs(): { readonly huge: Uint8Array; readonly large: Uint8Array } {
  packed ??= {
    huge: deflateRawSync(new Uint8Array(64 << 20), { level: 1 }),
    large: deflateRawSync(new Uint8Array(65_536)),
  }
  return packed
}

let packed: ReturnType<typeof bombs> | undefined
