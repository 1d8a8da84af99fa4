import { beforeEach, describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import {
  diskOf,
  expectRefusal,
  type Files,
  filesOf,
  flipped,
  nameLike,
  openOn,
  recovered,
} from '../support/recovery-disk.ts'

// The time of a record takes more bytes the longer ago the log was begun: here it stands still.
const OPTIONS = { syncIntervalMs: 3_600_000, runtime: { ...nodeRuntime, now: () => 1_700_000_000_000 } }

/** A store whose writer was killed: `a` is synced and promised by what follows; `b`, `c` and `d` are in the log, no more. */
async function killedStore(): Promise<Files> {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk, OPTIONS)
  await store.put('a', '1')
  for (const key of ['b', 'c', 'd']) await store.put(key, '2', { durability: 'process' })
  const files = filesOf(disk)
  await store.close()
  return files
}

/** Where the records of the log begin. */
function recordStarts(log: Uint8Array): number[] {
  const ends: number[] = []
  const size = (log.length - 64) / 4
  for (let i = 0; i < 4; i++) ends.push(64 + i * size)
  return ends
}

let files: Files
let name: string
let log: Uint8Array
beforeEach(async () => {
  files = await killedStore()
  name = nameLike(files, /\.wal$/)
  log = files.get(name)!
  // All four records are alike, so that they are of one length.
  expect((log.length - 64) % 4).toBe(0)
})
const withLog = (bytes: Uint8Array): MemoryFileSystem => diskOf(new Map([...files, [name, bytes]]))

describe('the un-promised tail of a store that was not closed', () => {
  test('is kept where it is whole', async () => {
    const found = await recovered(withLog(log), { recovery: 'absolute' })
    expect(found.contents).toEqual({ a: '1', b: '2', c: '2', d: '2' })
    expect(found.report).toMatchObject({
      clean: false,
      droppedBytes: 0,
      droppedReason: undefined,
      tablesFlushed: 1,
      logs: [expect.any(Number)],
    })
  })

  test('is dropped from its first torn record on, and the report says how much', async () => {
    const c = recordStarts(log)[2]!
    for (let length = c + 1; length < recordStarts(log)[3]!; length++) {
      const { contents, sequence, report } = await recovered(withLog(log.slice(0, length)))
      expect(contents).toEqual({ a: '1', b: '2' })
      expect(sequence).toBe(2)
      expect(report).toMatchObject({ clean: false, droppedBytes: length - c, lastSequence: 2, operationsReplayed: 2 })
      expect(report.droppedReason).toContain(`${name} at byte ${c}`)
    }
  })

  test('is dropped behind a hole, intact records included: no write counts without those before it', async () => {
    const c = recordStarts(log)[2]!
    const { contents, report } = await recovered(withLog(flipped(log, c + 15)))
    expect(contents).toEqual({ a: '1', b: '2' })
    expect(report.droppedBytes).toBe(log.length - c)
  })

  test('may be zeros, as long as one likes', async () => {
    for (const zeros of [1, 4, 20, 5000]) {
      const { contents, report } = await recovered(withLog(Uint8Array.from([...log, ...new Uint8Array(zeros)])))
      expect(contents).toEqual({ a: '1', b: '2', c: '2', d: '2' })
      expect(report.droppedBytes).toBe(zeros)
    }
  })

  test('is never dropped twice: what was settled stays so', async () => {
    const disk = withLog(log.slice(0, -1))
    const first = await recovered(disk)
    const second = await recovered(disk)
    expect(second.contents).toEqual(first.contents)
    expect(second.sequence).toBe(first.sequence)
    expect(second.report).toMatchObject({ clean: true, droppedBytes: 0, filesRemoved: [] })
  })

  test("is refused where recovery is 'absolute', and nothing is changed", async () => {
    await expectRefusal(withLog(log.slice(0, -1)), 'CORRUPTION', { recovery: 'absolute' })
    await expectRefusal(withLog(flipped(log, -3)), 'CORRUPTION', { recovery: 'absolute' })
  })

  test('is read past by a read-only opening, which writes nothing', async () => {
    const disk = withLog(log.slice(0, -1))
    const before = filesOf(disk)
    const { contents, report } = await recovered(disk, { readOnly: true })
    expect(contents).toEqual({ a: '1', b: '2', c: '2' })
    expect(report.droppedBytes).toBeGreaterThan(0)
    expect(filesOf(disk)).toEqual(before)
  })
})

describe('what a later record promises', () => {
  test('is refused when any byte of it is damaged', async () => {
    const [a, b] = recordStarts(log) as [number, number]
    for (let offset = a; offset < b; offset++) {
      const error = await expectRefusal(withLog(flipped(log, offset, 0x10)), 'CORRUPTION')
      expect(error).toMatchObject({ offset: a, message: expect.stringContaining('durable') })
    }
  })

  test("is given up where recovery is 'point-in-time', with everything behind it", async () => {
    const [a] = recordStarts(log) as [number]
    const { contents, report } = await recovered(withLog(flipped(log, a + 9)), { recovery: 'point-in-time' })
    expect(contents).toEqual({})
    expect(report).toMatchObject({ droppedBytes: log.length - a, lastSequence: 0 })
  })
})

test('a damaged header with records behind it is refused; one without is the start of a log that is gone', async () => {
  for (let offset = 0; offset < 64; offset++) await expectRefusal(withLog(flipped(log, offset, 4)), 'CORRUPTION')
  for (const length of [0, 1, 63]) await expectRefusal(withLog(log.slice(0, length)), 'CORRUPTION')
  expect(await recovered(withLog(log.slice(0, 64)))).toMatchObject({ contents: {}, report: { droppedBytes: 0 } })
})
