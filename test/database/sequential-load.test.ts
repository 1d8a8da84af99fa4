import { describe, expect, test } from 'vitest'
import { leveled, MemoryFileSystem, open } from '../../src/index.ts'
import { compactionIdle } from '../support/compaction-idle.ts'

describe('a sequential load', () => {
  test('is written once: its tables move down, and an idle store finishes that by itself', async () => {
    const compaction = leveled({ tableBytes: 128 << 10 })
    const fileSystem = new MemoryFileSystem()
    await using store = await open('/store', { fileSystem, memtableBytes: 128 << 10, compaction })
    const value = new Uint8Array(100)
    for (let i = 0; i < 20_000; i += 100) {
      const batch = Array.from({ length: 100 }, (_, k) => ({
        type: 'put' as const,
        key: String(i + k).padStart(16, '0'),
        value,
      }))
      await store.batch(batch, { durability: 'process' })
    }
    await compactionIdle(store)
    const { writtenBytes, flushes, compactions, levels } = store.stats()
    expect(flushes).toBeGreaterThan(12)
    expect(compactions).toBeGreaterThan(2)
    expect((writtenBytes.flush + writtenBytes.compaction) / writtenBytes.flush).toBeLessThanOrEqual(1.02)
    expect(levels[0]!.runs).toBeLessThan(4)
  })
})
