import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SLICE_BYTES_MAX } from '../../src/database/table-work.ts'
import { leveled, open } from '../../src/index.ts'
import { compactionIdle } from '../support/compaction-idle.ts'
import {
  collectGarbage,
  MemoryWatch,
  MillionRecords,
  proveByReads,
  proveByScan,
  writeRecords,
} from '../support/million-records.ts'

const UNEXPLAINED_BYTES_MAX = 150 << 20

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a million records in random order through a memtable of 4 MiB', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'varve-million-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  test('all read back, within bounds of memory, slices and write amplification', async () => {
    const records = new MillionRecords(1_000_000, 20)
    const memory = new MemoryWatch()
    await using store = await open(directory, { memtableBytes: 4 << 20, compaction: leveled() })
    await writeRecords(store, records, 500, () => memory.note(store))
    await compactionIdle(store)
    const { flushes, levels, writtenBytes, userBytes } = store.stats()
    expect(userBytes).toBe(records.count * MillionRecords.userBytes)
    expect(flushes).toBeGreaterThan(20)
    expect(levels[0]!.runs).toBeLessThan(4)
    const writeAmplification = (writtenBytes.flush + writtenBytes.compaction) / userBytes
    expect(writeAmplification).toBeGreaterThan(1.8)
    expect(writeAmplification).toBeLessThan(9)

    const report = await store.verify()
    expect(report.entries).toBe(records.count)
    await collectGarbage()
    memory.note(store)
    await proveByReads(records, turn, async (key, require) => {
      require(store.getSync(key))
      require(await store.get(key))
    })
    await collectGarbage()
    memory.note(store)
    await proveByScan(store, records, turn)
    await collectGarbage()
    memory.note(store)
    expect(memory.unexplainedBytes).toBeLessThan(UNEXPLAINED_BYTES_MAX)
    expect(store.stats().largestSliceBytes).toBeLessThanOrEqual(SLICE_BYTES_MAX)
  }, 180_000)
})
