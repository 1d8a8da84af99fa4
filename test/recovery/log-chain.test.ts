import { beforeEach, describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { walName } from '../../src/manifest/file-names.ts'
import type { LogHeader } from '../../src/wal/format.ts'
import { expectRefusal, flipped, openOn, putFile, readFile, recovered, STORE } from '../support/recovery-disk.ts'
import { appendEdit, ForgedLog, newestLogHeader } from '../support/recovery-forge.ts'

let disk: MemoryFileSystem
let header: LogHeader
/** The logs n to n + 2 of one life, with two puts each; each log is synced before the next has anything. */
let first: ForgedLog
let second: ForgedLog
let third: ForgedLog
let numbers: [number, number, number]

beforeEach(async () => {
  const live = new MemoryFileSystem()
  const store = await openOn(live)
  await store.put('gone', 'x')
  disk = live.killed()
  await store.close()
  header = newestLogHeader(disk)
  numbers = [header.number, header.number + 1, header.number + 2]
  first = new ForgedLog(disk, header).puts(1, 'a').synced().puts(2, 'b').synced()
  second = new ForgedLog(disk, header, { number: numbers[1], baseSequence: 2 })
    .link(numbers[0], first.length, 2)
    .puts(3, 'c')
    .puts(4, 'd')
  third = new ForgedLog(disk, header, { number: numbers[2], baseSequence: 4 })
    .link(numbers[1], second.length, 4)
    .puts(5, 'e')
    .puts(6, 'f')
})

function pathOf(index: number): string {
  return `${STORE}/${walName(numbers[index]!)}`
}

function change(index: number, by: (bytes: Uint8Array) => Uint8Array): void {
  putFile(disk, walName(numbers[index]!), by(readFile(disk, pathOf(index))))
}

const keys = (contents: object): string => Object.keys(contents).join('')

describe('a chain of logs', () => {
  test('is replayed to its end', async () => {
    const { contents, sequence, report } = await recovered(disk, { recovery: 'absolute' })
    expect(keys(contents)).toBe('abcdef')
    expect(sequence).toBe(6)
    expect(report).toMatchObject({ logs: numbers, groupsReplayed: 6, droppedBytes: 0 })
  })

  test('ends in a log that is short while nothing later promises it; the later ones are dropped and reported', async () => {
    change(0, (bytes) => bytes.slice(0, -1))
    await expectRefusal(disk, 'CORRUPTION', { recovery: 'absolute' })
    const { contents, sequence, report } = await recovered(disk)
    expect([keys(contents), sequence]).toEqual(['a', 1])
    expect(report.droppedBytes).toBeGreaterThan(second.length + third.length)
    expect(report.droppedReason).toContain(walName(numbers[0]))
  })

  test('ends in a log that was cut at a record, too: the link knows its length', async () => {
    change(1, (bytes) => bytes.slice(0, 64))
    const { contents, report } = await recovered(disk)
    expect(keys(contents)).toBe('ab')
    expect(report.droppedBytes).toBe(third.length)
  })

  for (const later of [1, 2]) {
    test(`that is short is refused when log n + ${later} promises bytes of its own`, async () => {
      const log = later === 1 ? second : third
      log.synced().puts(later === 1 ? 5 : 7, 'promising')
      change(0, (bytes) => bytes.slice(0, -1))
      const error = await expectRefusal(disk, 'CORRUPTION')
      expect(error.file).toBe(pathOf(0))
      expect(keys((await recovered(disk, { recovery: 'point-in-time' })).contents)).toBe('a')
    })
  }

  test('whose middle log is missing is refused: its name was durable before the next one linked to it', async () => {
    disk.unlinkSync(pathOf(1))
    const error = await expectRefusal(disk, 'CORRUPTION')
    expect(error.message).toContain(walName(numbers[1]))
    const { contents, report } = await recovered(disk, { recovery: 'point-in-time' })
    expect(keys(contents)).toBe('ab')
    expect(report.droppedBytes).toBe(third.length)
  })

  test('whose first log is missing is refused', async () => {
    disk.unlinkSync(pathOf(0))
    await expectRefusal(disk, 'CORRUPTION')
    await expectRefusal(disk, 'CORRUPTION', { recovery: 'point-in-time' })
  })
})

describe('a log whose link is damaged', () => {
  test('is dropped with all behind it and reported, where nothing promises it', async () => {
    change(1, (bytes) => flipped(bytes, 70))
    const { contents, report } = await recovered(disk)
    expect(keys(contents)).toBe('ab')
    expect(report.droppedBytes).toBe(second.length + third.length)
  })

  test('is refused where one of its records promises it', async () => {
    third.synced().puts(7, 'promising')
    change(2, (bytes) => flipped(bytes, 70))
    await expectRefusal(disk, 'CORRUPTION')
    const { contents } = await recovered(disk, { recovery: 'point-in-time' })
    expect(keys(contents)).toBe('abcd')
  })
})

describe('the last log', () => {
  for (const length of [0, 10, 64]) {
    test(`of ${length} bytes is a creation that was cut short`, async () => {
      change(2, (bytes) => bytes.slice(0, length))
      const { contents, report } = await recovered(disk, { recovery: 'absolute' })
      expect(keys(contents)).toBe('abcd')
      expect(report.droppedBytes).toBe(0)
      expect(report.filesRemoved).toContain(walName(numbers[2]))
    })
  }

  test('with a damaged header and bytes behind it is refused', async () => {
    change(2, (bytes) => flipped(bytes, 30))
    await expectRefusal(disk, 'CORRUPTION')
  })

  test('of a life that the manifest does not name is no part of it, but must be empty', async () => {
    const begun = new ForgedLog(disk, header, { number: numbers[2] + 1, epoch: header.epoch + 1, baseSequence: 6 })
    expect(keys((await recovered(disk.killed())).contents)).toBe('abcdef')
    begun.puts(7, 'g')
    const error = await expectRefusal(disk, 'CORRUPTION')
    expect(error.message).toContain('manifest')
  })
})

test('a log that says other sequences than its link, or skips some, is refused', async () => {
  new ForgedLog(disk, header, { number: numbers[2], baseSequence: 5 }).link(numbers[1], second.length, 4).puts(6, 'e')
  await expectRefusal(disk, 'CORRUPTION')
  new ForgedLog(disk, header, { baseSequence: 3 }).puts(4, 'a')
  await expectRefusal(disk, 'CORRUPTION')
})

test('a log may count from any sequence up to that of its link, and goes on behind that', async () => {
  const link = (baseSequence: number): ForgedLog =>
    new ForgedLog(disk, header, { number: numbers[2], baseSequence }).link(numbers[1], second.length, 4)
  for (const baseSequence of [0, 3, 4]) {
    link(baseSequence).puts(5, 'e')
    expect(keys((await recovered(disk.killed())).contents)).toBe('abcde')
  }
  link(3).puts(4, 'e')
  await expectRefusal(disk, 'CORRUPTION')
})

test('two logs that link to the same one are refused', async () => {
  new ForgedLog(disk, header, { number: numbers[2] + 1, baseSequence: 4 }).link(numbers[1], second.length, 4)
  await expectRefusal(disk, 'CORRUPTION')
})

test('what the manifest says is in tables already is not replayed', async () => {
  appendEdit(disk, { flushedThrough: [{ keyspace: 0, sequence: 3 }] })
  const { contents, sequence } = await recovered(disk)
  expect([keys(contents), sequence]).toEqual(['def', 6])
})
