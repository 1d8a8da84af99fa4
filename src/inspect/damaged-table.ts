import { corruption } from '../errors.ts'
import type { FileHandle } from '../fs/file-system.ts'
import { Block } from '../table/block.ts'
import { openBlock } from '../table/block-codec.ts'
import { BlockIndex } from '../table/block-index.ts'
import {
  type BlockHandle,
  FOOTER_SIZE,
  type Footer,
  ID_SIZE,
  idToText,
  MAX_BLOCK_BYTES,
  readFooter,
  TRAILER_SIZE,
  tableSeed,
} from '../table/format.ts'
import { decodeProperties, type Properties } from '../table/properties.ts'
import { decodeSectionIndex, type Section, SectionName } from '../table/section.ts'
import { damageOf } from './findings.ts'

/** Tells of a part of the file that is no data block and cannot be read. */
export type StructureDamage = (offset: number, length: number, why: string) => void

/** The id in a table's footer; undefined where that is damaged. */
export function footerId(handle: FileHandle): string | undefined {
  const footer = footerOf(handle, handle.sizeSync(), () => {})
  return footer === undefined ? undefined : idToText(footer.id)
}

/**
 * A table file of which anything may be damaged. What stands is found from the footer: section index, block index,
 * properties. Each of them may be missing; blocks are proven by the table's id.
 */
export class DamagedTable {
  readonly handle: FileHandle
  readonly bytes: number
  /** Where the data blocks lie; undefined where that cannot be read. */
  readonly index: BlockIndex | undefined
  readonly properties: Properties | undefined
  /** Data blocks end here at the latest. */
  readonly dataEnd: number
  /** What block checksums begin from; undefined where nothing tells the table's id. */
  readonly seed: number | undefined

  /** `hint`: what the manifest says its id is, 32 hex digits, for a footer that is damaged. */
  constructor(handle: FileHandle, hint: string | undefined, onDamage: StructureDamage) {
    this.handle = handle
    this.bytes = handle.sizeSync()
    const footer = footerOf(handle, this.bytes, onDamage)
    const id = footer?.id ?? idOf(hint)
    this.seed = id === undefined ? undefined : tableSeed(id)
    const sections = footer === undefined ? undefined : this.#sections(footer.sectionIndex, onDamage)
    this.dataEnd = sections?.[0]?.offset ?? footer?.sectionIndex.offset ?? this.bytes
    const decodeIndex = (raw: Uint8Array, { offset }: Section): BlockIndex =>
      new BlockIndex(raw, this.dataEnd, handle.path, offset)
    this.index = this.#section(sections, SectionName.blockIndex, onDamage, decodeIndex)
    this.properties = this.#section(sections, SectionName.properties, onDamage, (raw, { offset }) =>
      decodeProperties(raw, handle.path, offset),
    )
  }

  /** CORRUPTION where the block does not match its checksum. */
  readBlock({ offset, size }: BlockHandle): Block {
    return new Block(this.#readRaw({ offset, size }), this.handle.path, offset)
  }

  #readRaw({ offset, size }: BlockHandle): Uint8Array {
    // Before anything is allocated: no part of a table is so large.
    if (size > MAX_BLOCK_BYTES) throw corruption('a part of a table is impossibly large', this.handle.path, offset)
    const stored = new Uint8Array(size + TRAILER_SIZE)
    if (this.handle.readSync(stored, offset) !== stored.length)
      throw corruption('a table ends early', this.handle.path, offset)
    return openBlock(stored, 0, size, this.seed!, this.handle.path, offset)
  }

  #sections(place: BlockHandle, onDamage: StructureDamage): readonly Section[] | undefined {
    try {
      return decodeSectionIndex(this.#readRaw(place), place.offset, this.handle.path)
    } catch (error) {
      onDamage(place.offset, place.size + TRAILER_SIZE, damageOf(error))
      return undefined
    }
  }

  #section<T>(
    sections: readonly Section[] | undefined,
    name: string,
    onDamage: StructureDamage,
    decode: (raw: Uint8Array, section: Section) => T,
  ): T | undefined {
    const section = sections?.find((each) => each.name === name)
    if (section === undefined) return undefined
    try {
      return decode(this.#readRaw(section), section)
    } catch (error) {
      onDamage(section.offset, section.size + TRAILER_SIZE, damageOf(error))
      return undefined
    }
  }
}

function footerOf(handle: FileHandle, bytes: number, onDamage: StructureDamage): Footer | undefined {
  try {
    return readFooter(handle, bytes)
  } catch (error) {
    const offset = Math.max(0, bytes - FOOTER_SIZE)
    onDamage(offset, bytes - offset, damageOf(error))
    return undefined
  }
}

function idOf(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined
  const id = new Uint8Array(Buffer.from(text, 'hex'))
  return id.length === ID_SIZE ? id : undefined
}
