import { corruption } from '../errors.ts'
import { Filter } from '../filter/filter.ts'
import type { FileHandle } from '../fs/file-system.ts'
import { Block } from './block.ts'
import { inflatedBlock, openBlock } from './block-codec.ts'
import { BlockIndex } from './block-index.ts'
import { type BlockHandle, idToText, readFooter, TRAILER_SIZE, tableSeed } from './format.ts'
import { decodeProperties, type Properties } from './properties.ts'
import { decodeSectionIndex, type Section, SectionName } from './section.ts'

/**
 * A table's file with its structure proven: every byte belongs to a block, a section or the footer. Reads go to the
 * disk.
 */
export class TableFile {
  readonly handle: FileHandle
  readonly bytes: number
  /** 32 hex digits. */
  readonly id: string
  readonly sections: readonly Section[]
  readonly index: BlockIndex
  readonly properties: Properties
  readonly #seed: number

  /**
   * CORRUPTION where the structure is damaged or not that of the table expected; UNSUPPORTED_FORMAT where a newer
   * version wrote it.
   */
  constructor(handle: FileHandle, expect: { readonly id: string; readonly bytes: number }) {
    this.handle = handle
    this.bytes = handle.sizeSync()
    if (this.bytes !== expect.bytes) {
      throw corruption(`a table has ${this.bytes} bytes instead of ${expect.bytes}`, handle.path)
    }
    const { sectionIndex, id } = readFooter(handle, this.bytes)
    this.id = idToText(id)
    if (this.id !== expect.id) throw corruption('a file is another table than the one expected', handle.path)
    this.#seed = tableSeed(id)
    this.sections = decodeSectionIndex(this.readRaw(sectionIndex), sectionIndex.offset, handle.path)
    const index = this.section(SectionName.blockIndex)
    const properties = this.section(SectionName.properties)
    if (index === undefined || properties === undefined) throw corruption('a table lacks a section', handle.path)
    this.index = new BlockIndex(this.readRaw(index), this.sections[0]!.offset, handle.path, index.offset)
    this.properties = decodeProperties(this.readRaw(properties), handle.path, properties.offset)
  }

  section(name: string): Section | undefined {
    return this.sections.find((section) => section.name === name)
  }

  /** Undefined where the table has none that this version knows. */
  readFilter(): Filter | undefined {
    const section = this.section(SectionName.filter)
    if (section === undefined) return undefined
    const bytes = this.readRaw(section)
    return Filter.decode(bytes, 0, bytes.length, this.handle.path, section.offset)
  }

  /**
   * Data block `index`, checksum verified. What is stored of it is read into `memory` from `start` on, where that is
   * given; the block lies there unless it was compressed. `spare` becomes the block.
   */
  readBlock(index: number, memory?: Uint8Array, start = 0, spare?: Block): Block {
    const size = this.index.size(index) + TRAILER_SIZE
    const target = memory ?? new Uint8Array(size)
    const end = start + size
    const isWhole = start === 0 && end === target.length
    this.readStored(isWhole ? target : target.subarray(start, end), this.index.offset(index))
    return this.openBlock(index, target, start, spare)
  }

  /** Data block `index`, checksum verified, of which `stored` holds what is in the file from `start` on. */
  openBlock(index: number, stored: Uint8Array, start: number, spare?: Block): Block {
    const { path } = this.handle
    const offset = this.index.offset(index)
    const size = this.index.size(index)
    const inflated = inflatedBlock(stored, start, size, this.#seed, path, offset)
    const bytes = inflated ?? stored
    const from = inflated === undefined ? start : 0
    const end = inflated === undefined ? start + size : inflated.length
    if (spare !== undefined) return spare.become(bytes, path, offset, from, end)
    return new Block(bytes, path, offset, from, end)
  }

  /** The raw bytes of a section. REQUIRES a handle that was held against the size of the file. */
  readRaw(handle: BlockHandle): Uint8Array {
    const stored = new Uint8Array(handle.size + TRAILER_SIZE)
    this.readStored(stored, handle.offset)
    return openBlock(stored, 0, handle.size, this.#seed, this.handle.path, handle.offset)
  }

  /** Fills `target` with the file from `offset` on. */
  readStored(target: Uint8Array, offset: number): void {
    if (this.handle.readSync(target, offset) !== target.length)
      throw corruption('a table ends early', this.handle.path, offset)
  }
}
