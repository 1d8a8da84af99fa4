import { checksum, seedAt } from '../../src/bytes/checksum.ts'
import { ByteWriter } from '../../src/bytes/writer.ts'
import { VarveError } from '../../src/errors.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { sealBlock } from '../../src/table/block-codec.ts'
import { BlockIndexBuilder } from '../../src/table/block-index.ts'
import { encodeFooter, TRAILER_SIZE, tableSeed } from '../../src/table/format.ts'
import { encodeProperties } from '../../src/table/properties.ts'
import { encodeSectionIndex, type Section } from '../../src/table/section.ts'
import { checkedTable, openTable, TABLE_ID } from './table-fixture.ts'
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

/** Puts the right checksum over stored bytes that were tampered with. */
function resumWith(writer: ByteWriter, seed: number, offset: number): void {
  const size = writer.length - TRAILER_SIZE
  const sealed = new ByteWriter()
  sealed.bytes(writer.buffer.subarray(0, size + 5))
  sealed.u32(checksum(sealed.buffer, 0, size + 5, seedAt(seed, offset)))
  writer.clear()
  writer.bytes(sealed.view())
}

/** The trailer of a put with sequence 1. */
export const ENTRY_TRAILER: readonly number[] = [1, 0, 0, 0, 0, 0, 1]

/** Entries as bytes, then restart points. */
export function rawBlock(entries: number[][], restarts: number[]): Uint8Array {
  const writer = new ByteWriter()
  for (const entry of entries) writer.bytes(Uint8Array.from(entry))
  for (const restart of restarts) writer.u32(restart)
  writer.u32(restarts.length)
  return writer.finish()
}

/** Reads everything there is to read, in a bounded number of steps; gives the code of the first refusal. */
export function readAll(file: TableMemoryFile): string | undefined {
  const attempts: (() => void)[] = []
  const walk = (start: 'seekToFirst' | 'seekToLast', step: 'next' | 'previous') => () => {
    const cursor = openTable(file).cursor(false)
    cursor[start]()
    for (let steps = 0; cursor.valid; steps++) {
      if (steps > 10_000) throw new Error('a walk does not end')
      cursor[step]()
    }
  }
  attempts.push(walk('seekToFirst', 'next'), walk('seekToLast', 'previous'), () => checkedTable(file))
  for (const key of ['', 'a', 'b', 'key-000003', '\u00ff'].map((text) => new TextEncoder().encode(text))) {
    attempts.push(() => void openTable(file).find(new Lookup().ask(key, 5)))
    attempts.push(() => {
      const cursor = openTable(file).cursor(true)
      cursor.seekBefore(key, 0, key.length)
      if (cursor.valid) cursor.next()
    })
  }
  let first: string | undefined
  for (const attempt of attempts) {
    try {
      attempt()
    } catch (error) {
      if (!(error instanceof VarveError)) throw error
      first ??= `${error.code} ${error.message}`
    }
  }
  return first
}
