import { corruption } from '../errors.ts'
import { Filter } from '../filter/filter.ts'
import type { FileHandle } from '../fs/file-system.ts'
import { Block } from './block.ts'
import { openBlock } from './block-codec.ts'
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

  /** Data block `index`, checksum verified; what is stored of it is read into `memory`, where that is given. */
  readBlock(index: number, memory?: Uint8Array): Block {
    const offset = this.index.offset(index)
    return new Block(this.readRaw({ offset, size: this.index.size(index) }, memory), this.handle.path, offset)
  }

  /** The raw bytes of a block or section. REQUIRES a handle that was held against the size of the file. */
  readRaw(handle: BlockHandle, memory?: Uint8Array): Uint8Array {
    const size = handle.size + TRAILER_SIZE
    const stored = memory === undefined ? new Uint8Array(size) : memory.subarray(0, size)
    this.readStored(stored, handle.offset)
    return this.openStored(stored, 0, handle.size, handle.offset)
  }

  /** Fills `target` with the file from `offset` on. */
  readStored(target: Uint8Array, offset: number): void {
    if (this.handle.readSync(target, offset) !== target.length)
      throw corruption('a table ends early', this.handle.path, offset)
  }

  /** The raw bytes of the block that `stored` holds from `start`, and the file from `offset`. */
  openStored(stored: Uint8Array, start: number, size: number, offset: number): Uint8Array {
    return openBlock(stored, start, size, this.#seed, this.handle.path, offset)
  }
}
