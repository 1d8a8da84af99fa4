import { describe, expect, test } from 'vitest'
import { VarveError } from '../../src/errors.ts'
import { Lookup } from '../../src/key/lookup.ts'
import { MAX_SEQUENCE } from '../../src/key/sequence.ts'
import { TableReader } from '../../src/table/table-reader.ts'
import type { TableOptions } from '../../src/table/table-writer.ts'
import {
  buildTable,
  checkedTable,
  current,
  numberedItems,
  openTable,
  TABLE_ID_TEXT,
  tableShared,
} from '../support/table-fixture.ts'
import { TableMemoryFile } from '../support/table-memory-file.ts'

const items = numberedItems(18, 5)

/** The code of what `action` throws, or undefined; anything but a VarveError fails the test. */
function refusal(action: () => void): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (!(error instanceof VarveError)) throw error
    return `${error.code} ${error.file}`
  }
}

/** Every read that succeeds must give the truth. */
function readEverything(file: TableMemoryFile): string | undefined {
  let damage: string | undefined
  let reader: TableReader | undefined
  const opening = refusal(() => {
    reader = openTable(file)
  })
  if (reader === undefined) return opening
  const lookup = new Lookup()
  for (const { key, value } of items) {
    const failed = refusal(() => {
      if (!reader!.find(lookup.ask(key, MAX_SEQUENCE))) expect.fail('a key is lost')
      const found = lookup.value.subarray(lookup.valueStart, lookup.valueEnd)
      if (Buffer.compare(found, value) !== 0) expect.fail('a value is wrong')
    })
    damage ??= failed
  }
  const scan = refusal(() => {
    const cursor = reader!.cursor(false)
    cursor.seekToFirst()
    for (const item of items) {
      expect(current(cursor)).toEqual(item)
      cursor.next()
    }
    expect(cursor.valid).toBe(false)
  })
  return damage ?? scan
}

describe('damage to a table', () => {
  const shapes: Partial<TableOptions>[] = [{ blockBytes: 200 }, { blockBytes: 400, compression: 'deflate' }]
  test.each(shapes)('every flipped bit is refused by the check, and never gives a wrong answer: %o', (options) => {
    const intact = buildTable(items, options).file.contents()
    let dropped = 0
    for (let bit = 0; bit < 8 * intact.length; bit++) {
      const bytes = intact.slice()
      bytes[bit >>> 3]! ^= 1 << (bit & 7)
      const file = new TableMemoryFile('000001.sst', bytes)
      const damage = readEverything(file)
      if (damage !== undefined) expect(damage).toBe('CORRUPTION 000001.sst')
      const checked = refusal(() => checkedTable(file))
      if (checked !== 'CORRUPTION 000001.sst') expect.fail(`bit ${bit}: the check says ${checked}`)
      if (damage === undefined) dropped++
    }
    expect(dropped).toBeGreaterThan(0)
    expect(dropped).toBeLessThanOrEqual(8 * (10 + Math.ceil((18 * 10) / 8) + 9))
  })

  test('every truncation is refused, whatever size was expected', () => {
    const { file } = buildTable(items)
    const whole = file.sizeSync()
    for (let size = 0; size < whole; size++) {
      file.truncateSync(size)
      for (const bytes of [size, whole]) {
        const open = () => TableReader.open(file, { id: TABLE_ID_TEXT, bytes }, tableShared())
        expect(refusal(open)).toBe('CORRUPTION 000001.sst')
      }
    }
  })

  test('a damaged filter is done without, and counted', () => {
    const { file } = buildTable(items)
    const filterAt = new TextDecoder('latin1').decode(file.contents()).lastIndexOf('filter') - 1
    expect(filterAt).toBeGreaterThan(0)
    const shared = tableShared()
    expect(openTable(file, shared).filterBytes).toBe(23)
    const intact = file.contents()
    for (let at = 0; at < intact.length; at++) {
      file.bytes[at]! ^= 0xff
      if (refusal(() => openTable(file, shared)) === undefined && shared.counters.droppedFilters > 0) break
      file.bytes[at]! ^= 0xff
    }
    expect(shared.counters.droppedFilters).toBe(1)
    expect(openTable(file).filterBytes).toBe(0)
    expect(readEverything(file)).toBeUndefined()
    expect(refusal(() => checkedTable(file))).toBe('CORRUPTION 000001.sst')
  })

  test('another table in its place, and blocks that changed places, are refused', () => {
    const { file } = buildTable(numberedItems(200, 20), { blockBytes: 512 })
    const expected = { id: TABLE_ID_TEXT.replace('0', '1'), bytes: file.sizeSync() }
    expect(() => TableReader.open(file, expected, tableShared())).toThrow(/another table/)
    const [first, second] = [file.contents().slice(0, 400), file.contents().slice(400, 800)]
    file.writeSync(second, 0)
    file.writeSync(first, 400)
    expect(refusal(() => checkedTable(file))).toBe('CORRUPTION 000001.sst')
  })
})
