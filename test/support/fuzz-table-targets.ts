import { checksum, seedAt } from '../../src/bytes/checksum.ts'
import { ByteWriter } from '../../src/bytes/writer.ts'
import { Filter } from '../../src/filter/filter.ts'
import type { EntryCursor } from '../../src/iterator/entry-cursor.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { Block } from '../../src/table/block.ts'
import { openBlock, sealBlock } from '../../src/table/block-codec.ts'
import { idToText } from '../../src/table/format.ts'
import { decodeProperties } from '../../src/table/properties.ts'
import { RestartInterval } from '../../src/table/restart-interval.ts'
import { TableReader } from '../../src/table/table-reader.ts'
import { mutateBlock } from './fuzz-block.ts'
import { entriesByTheBook } from './fuzz-block-oracle.ts'
import { mutateBytes } from './fuzz-bytes.ts'
import type { Dice } from './fuzz-dice.ts'
import { mutateFields } from './fuzz-fields.ts'
import { mutateTable, type TableParts, tablePartsOf } from './fuzz-table.ts'
import { corrupted, type FuzzTarget } from './fuzz-target.ts'
import type { Trial } from './fuzz-trial.ts'
import { checkedTable, current, tableShared } from './table-fixture.ts'
import { TableMemoryFile } from './table-memory-file.ts'

const KEYS = ['', 'a', 'k-0003', 'k-0031', 'late', 'many', '\u00ff'].map((text) => new TextEncoder().encode(text))

/** The parsers of tables and of their parts. */
export function tableTargets(files: readonly Uint8Array[]): FuzzTarget[] {
  const tables = files.map(tablePartsOf)
  const sections = (name: string): Uint8Array[] =>
    tables.flatMap((table) => table.sections.filter((section) => section.name === name).map(({ raw }) => raw))
  const [filters, properties] = [sections('filter'), sections('properties')]
  return [
    { name: 'table', weight: 5, prepare: (dice) => preparedTable(dice, tables, files) },
    { name: 'block', weight: 4, prepare: (dice) => preparedBlock(dice, tables) },
    {
      name: 'filter',
      weight: 1,
      prepare(dice) {
        const bytes = mutateBytes(dice, dice.pick(filters), dice.pick(filters))
        const read = (trial: Trial): void => {
          const filter = trial.attempt(() => Filter.decode(bytes, 0, bytes.length, 'filter'))
          for (let i = 0; i < 4; i++) filter?.mayContain(0xffffffff * i, -i)
        }
        return { bytes, isRepaired: true, read }
      },
    },
    {
      name: 'properties',
      weight: 2,
      prepare(dice) {
        const bytes = mutateFields(dice, dice.pick(properties), dice.pick(properties), 2)
        return { bytes, isRepaired: true, read: (trial) => void trial.attempt(() => decodeProperties(bytes, '', 0)) }
      },
    },
  ]
}

function preparedTable(
  dice: Dice,
  tables: readonly TableParts[],
  files: readonly Uint8Array[],
): ReturnType<FuzzTarget['prepare']> {
  const original = dice.pick(tables)
  const isRepaired = !dice.oneIn(12)
  const bytes = isRepaired ? mutateTable(dice, original, dice.pick(tables)) : corrupted(dice, files)
  return { bytes, isRepaired, read: (trial) => readTable(bytes, idToText(original.id), trial) }
}

/** Reads a table in every way. One that the check finds whole gives the same entries whichever way it is read. */
function readTable(bytes: Uint8Array, id: string, trial: Trial): void {
  const file = new TableMemoryFile('000001.sst', bytes)
  const shared = tableShared(1 << 16)
  const reader = trial.attempt(() => TableReader.open(file, { id, bytes: bytes.length }, shared))
  if (reader === undefined) return
  const forwards = walk(reader, trial, true)
  const backwards = walk(reader, trial, false)
  for (const key of KEYS) {
    trial.attempt(() => reader.find(new Lookup().ask(key, MAX_SEQUENCE)))
    trial.attempt(() => {
      const cursor = reader.cursor(true)
      cursor.seekBefore(key, 0, key.length)
      if (cursor.valid) cursor.next()
      cursor.seek(key, 0, key.length, 7)
      if (cursor.valid) cursor.previous()
    })
  }
  if (trial.attempt(() => checkedTable(file, id)) !== undefined) {
    if (forwards === undefined || backwards === undefined) throw new Error('the check finds nothing, a walk does')
    if (forwards.join('|') !== backwards.reverse().join('|')) throw new Error('both ways do not give the same')
  }
  const mostReads = 200 + 2 * bytes.length
  if (file.reads > mostReads) throw new Error(`${file.reads} reads of a file of ${bytes.length} bytes`)
}

function walk(reader: TableReader, trial: Trial, isForwards: boolean): string[] | undefined {
  return trial.attempt(() => {
    const seen: string[] = []
    const cursor: EntryCursor = reader.cursor(!isForwards)
    if (isForwards) cursor.seekToFirst()
    else cursor.seekToLast()
    while (cursor.valid) {
      trial.step()
      const { key, sequence, kind, value } = current(cursor)!
      seen.push(`${Buffer.from(key).toString('hex')} ${sequence} ${kind} ${checksum(value, 0, value.length, 0)}`)
      if (isForwards) cursor.next()
      else cursor.previous()
    }
    return seen
  })
}

function preparedBlock(dice: Dice, tables: readonly TableParts[]): ReturnType<FuzzTarget['prepare']> {
  const table = dice.pick(tables)
  const writer = new ByteWriter(1024)
  writer.bytes(mutateBlock(dice, dice.pick(table.blocks).raw, dice.pick(dice.pick(tables).blocks).raw))
  sealBlock(writer, table.codec, 7, 0)
  const bytes = writer.finish()
  if (dice.oneIn(4)) {
    // Codec and raw size, too, before the checksum is made right.
    bytes.set(mutateBytes(dice, bytes.slice(-9, -4)).subarray(0, 5), bytes.length - 9)
    const sum = checksum(bytes, 0, bytes.length - 4, seedAt(7, 0))
    for (let i = 0; i < 4; i++) bytes[bytes.length - 4 + i] = sum >>> (8 * i)
  }
  return { bytes, isRepaired: true, read: (trial) => readBlock(bytes, trial) }
}

/** Reads a block in every way. It is refused where a rule of the format is broken, and nowhere else. */
function readBlock(bytes: Uint8Array, trial: Trial): void {
  const raw = trial.attempt(() => openBlock(bytes, 0, bytes.length - 9, 7, 'block', 0))
  if (raw === undefined) return
  const expected = entriesByTheBook(Buffer.from(raw.buffer, raw.byteOffset, raw.length))
  const block = trial.attempt(() => new Block(raw, 'block', 0))
  const entries = block === undefined ? undefined : trial.attempt(() => entriesOf(block, trial))
  if (entries?.join() !== expected?.join()) throw new Error('a block is read otherwise than by the book')
  if (block !== undefined) for (const key of KEYS) trial.attempt(() => block.find(new Lookup().ask(key, 9)))
}

function entriesOf(block: Block, trial: Trial): string[] {
  const entries: string[] = []
  const interval = new RestartInterval()
  for (let restart = 0; restart < block.restartCount; restart++) {
    interval.load(block, restart)
    for (let i = 0; i < interval.count; i++) {
      trial.step()
      const key = Buffer.from(interval.keys.slice(interval.keyStarts[i], interval.keyEnds[i])).toString('hex')
      const value = Buffer.from(block.bytes.slice(interval.valueStarts[i], interval.ends[i])).toString('hex')
      entries.push(`${key} ${interval.sequences[i]} ${interval.kinds[i]} ${value}`)
    }
  }
  return entries
}
