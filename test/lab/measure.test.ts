import { describe, expect, test } from 'vitest'
import { fileSystemName, requireDisk } from '../../bench/lab/measure/disk.ts'
import { LevelProbe } from '../../bench/lab/measure/level-probe.ts'
import { checkBytes, parseProcessIo } from '../../bench/lab/measure/process-io.ts'
import { isSteady, steadyFrom } from '../../bench/lab/measure/steady-state.ts'
import { leveled } from '../../src/index.ts'
import { Version } from '../../src/manifest/version.ts'
import { tableEntry } from '../support/table-entries.ts'

const before = { wchar: 1000, writeBytes: 0, cancelledBytes: 0 }
const after = { wchar: 101_000, writeBytes: 90_000, cancelledBytes: 8_000 }

describe('the bytes of a run', () => {
  test('pass where their classes sum to what the system saw', () => {
    const check = checkBytes({ wal: 40_000, flush: 20_000, compaction: 39_000 }, before, after)
    expect(check).toEqual({
      countedBytes: 99_000,
      wcharBytes: 100_000,
      writeBytes: 90_000,
      cancelledBytes: 8_000,
      difference: -0.01,
    })
  })

  test('fail where a class is missing or counted twice', () => {
    expect(() => checkBytes({ wal: 40_000, flush: 20_000 }, before, after)).toThrow('-40.0 % apart')
    expect(() => checkBytes({ wal: 80_000, flush: 20_000, compaction: 39_000 }, before, after)).toThrow('39.0 % apart')
  })

  test('are read from /proc/self/io', () => {
    const text = 'rchar: 5\nwchar: 17\nread_bytes: 0\nwrite_bytes: 4096\ncancelled_write_bytes: 3\n'
    expect(parseProcessIo(text)).toEqual({ wchar: 17, writeBytes: 4096, cancelledBytes: 3 })
    expect(() => parseProcessIo('rchar: 5\n')).toThrow('wchar')
  })
})

describe('a place to measure in', () => {
  test('is refused where it is in memory', () => {
    expect(() => requireDisk('/anywhere', 0x01021994)).toThrow('tmpfs')
    expect(() => requireDisk('/anywhere', 0xef53)).not.toThrow()
  })

  test('is named by its innermost mount', () => {
    const mounts = 'a / ext4 rw\nb /work xfs rw\nc /work/deep tmpfs rw\n'
    expect(['/work/x', '/workshop', '/work/deep/x'].map((path) => fileSystemName(path, mounts))).toEqual([
      'xfs',
      'ext4',
      'tmpfs',
    ])
  })
})

describe('a steady state', () => {
  test('is five windows in a row within 2 %', () => {
    expect(isSteady([9, 1, 1.01, 1, 1.015, 1])).toBe(true)
    expect(isSteady([1, 1.01, 1, 1.03, 1])).toBe(false)
    expect(isSteady([1, 1, 1, 1])).toBe(false)
    expect(isSteady([0, 0, 0, 0, 0])).toBe(false)
  })

  test('begins with the first of them', () => {
    expect(steadyFrom([3, 2, 1, 1, 1, 1, 1, 5])).toBe(2)
    expect(steadyFrom([1, 2, 3, 4, 5, 6])).toBeUndefined()
  })
})

describe('the probe of levels', () => {
  test('tells flushed from merged bytes, by level, and decides nothing itself', () => {
    const probe = new LevelProbe(leveled({ level0Tables: 2, maxLevels: 2 }))
    const key = (n: number): Uint8Array => Uint8Array.of(n)
    const table = (number: number, level: number, run: number, bytes: number) =>
      tableEntry({ number, level, run, bytes, smallest: key(1), largest: key(9) })
    const state = (tables: ReturnType<typeof table>[]) => ({
      levels: Version.empty.apply(tables, []).levels,
      busy: new Set<number>(),
      nowMs: 0,
    })
    probe.strategy.pick(state([table(1, 0, 1, 100)]))
    expect(probe.isIdle).toBe(true)
    const choice = probe.strategy.pick(state([table(1, 0, 1, 100), table(2, 0, 2, 100)]))
    expect(choice).toMatchObject({ kind: 'merge', level: 1, tables: expect.arrayContaining([1, 2]) })
    expect(probe.isIdle).toBe(false)
    probe.strategy.pick(state([table(3, 1, choice.kind === 'merge' ? choice.run : 0, 180)]))
    expect(probe.flushedInto[0]).toBe(200)
    expect(probe.mergedInto[1]).toBe(180)
    expect(probe.strategy.name).toBe('leveled')
  })
})
