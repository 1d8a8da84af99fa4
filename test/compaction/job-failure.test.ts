import { describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { DIRECTORY, drive, flushOf, itemsOf, type JobPlace, jobPlace, mergeOf } from '../support/job-fixture.ts'
import { numberedItems, TABLE_ID_TEXT } from '../support/table-fixture.ts'
import { ENTRY_TRAILER, forgeTable, rawBlock } from '../support/table-forge.ts'

const INPUTS = ['000001.sst', '000002.sst']

/** Several outputs within one slice of work. */
const SMALL = { tableBytes: 900 }

function started(): { place: JobPlace; inputs: TableEntry[]; faulty: FaultyFileSystem } {
  const faulty = new FaultyFileSystem(new MemoryFileSystem())
  const place = jobPlace(faulty)
  const newer = numberedItems(100, 40).map((item) => ({ ...item, sequence: item.sequence + 1000 }))
  const inputs = [numberedItems(100, 40), newer].flatMap((items, i) => drive(place, flushOf(place, i + 1, items)))
  return { place, inputs, faulty }
}

describe('a merge that does not end well', () => {
  test('removes its files and closes its inputs, whichever call fails', () => {
    const whole = started()
    const before = whole.faulty.calls.length
    drive(whole.place, mergeOf(whole.place, whole.inputs, SMALL))
    const calls = whole.faulty.calls.slice(before)
    expect(calls.length).toBeGreaterThan(15)
    for (const [i, { operation }] of calls.entries()) {
      const { place, inputs, faulty } = started()
      const first = faulty.calls.length
      faulty.plan = ({ index }) => (index === first + i ? { error: 'EIO' } : undefined)
      // A directory that could not be synced poisons the store.
      const code = operation === 'syncDirectory' ? 'POISONED' : 'IO'
      expect(() => drive(place, mergeOf(place, inputs, SMALL)), operation).toThrow(expect.objectContaining({ code }))
      expect(place.open).toBe(0)
      const left = faulty.list(DIRECTORY).sort()
      if (operation === 'syncDirectory') expect(left.length).toBeGreaterThan(2)
      else expect(left).toEqual(INPUTS)
    }
  })

  test.each([SMALL, { tableBytes: 9000 }])('and so does one that is abandoned, at any step: %o', (task) => {
    for (let steps = 1; ; steps++) {
      const { place, inputs, faulty } = started()
      const job = mergeOf(place, inputs, task)
      let isDone = false
      for (let i = 0; i < steps && !isDone; i++) isDone = job.next().done === true
      if (isDone) {
        expect(steps).toBeGreaterThan(7)
        break
      }
      job.return([])
      expect(place.open).toBe(0)
      expect(faulty.list(DIRECTORY).sort()).toEqual(INPUTS)
    }
  })

  test('because a table does not read back as it was written', () => {
    const { place, inputs, faulty } = started()
    const spoil = (): void => {
      const file = faulty.open(`${DIRECTORY}/000100.sst`, 'write', 'other')
      file.writeSync(Uint8Array.of(0xff, 0xfe), 700)
      file.close()
    }
    const job = mergeOf(place, inputs, SMALL)
    expect(() => drive(place, job, (step) => step.kind === 'sync-directory' && spoil())).toThrow(
      expect.objectContaining({ code: 'CORRUPTION', file: `${DIRECTORY}/000100.sst` }),
    )
    expect(faulty.list(DIRECTORY).sort()).toEqual(INPUTS)
    expect(itemsOf(faulty, inputs)).toHaveLength(200)
  })

  test('because the entries of an input are not in order, under right checksums', () => {
    const { place, inputs, faulty } = started()
    const entries = ['b', 'a'].map((key) => [0, 1, 0, key.charCodeAt(0), ...ENTRY_TRAILER])
    const forged = forgeTable([{ raw: rawBlock(entries, [0]), separator: Uint8Array.of(255) }]).contents()
    faulty.unlinkSync(`${DIRECTORY}/000001.sst`)
    const file = faulty.open(`${DIRECTORY}/000001.sst`, 'create', 'other')
    file.appendSync(forged)
    file.close()
    const input = { ...inputs[0]!, id: TABLE_ID_TEXT, bytes: forged.length }
    expect(() => drive(place, mergeOf(place, [input]))).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
    expect(place.open).toBe(0)
    expect(faulty.list(DIRECTORY).sort()).toEqual(INPUTS)
  })

  test('never removes a file that it did not make', () => {
    const { place, inputs, faulty } = started()
    faulty.open(`${DIRECTORY}/000101.sst`, 'create', 'other').close()
    expect(() => drive(place, mergeOf(place, inputs, SMALL))).toThrow()
    expect(faulty.list(DIRECTORY).sort()).toEqual([...INPUTS, '000101.sst'])
  })
})
