import { describe, expect, test } from 'vitest'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { STRATEGIES, TINY } from '../support/lsm-harness.ts'
import { EventRecorder } from '../support/observe-recorder.ts'

const options: OpenOptions<'bytes'> = { ...TINY, compaction: STRATEGIES['size-tiered']!(), durability: 'process' }

async function settled(store: { flush(): Promise<void>; compact(): Promise<void> }): Promise<void> {
  await store.flush()
  await store.compact()
}

describe('the LSM store tells of', () => {
  test('flushes and compactions, each from its start to its end', async () => {
    using recorder = new EventRecorder('/load')
    await using store = await open('/load', { ...options, fileSystem: new MemoryFileSystem() })
    for (let i = 0; i < 200; i++) await store.put(`key ${i % 50}`, 'x'.repeat(40))
    await settled(store)
    const flushes = recorder.of('varve:flush')
    const compactions = recorder.of('varve:compaction')
    const { flushes: flushCount, compactions: compactionCount, latency } = store.stats()
    expect(flushCount).toBeGreaterThan(5)
    expect(flushes).toHaveLength(2 * flushCount)
    expect(compactions).toHaveLength(2 * compactionCount)
    expect([latency.flush.count, latency.compaction.count]).toEqual([flushCount, compactionCount])
    for (const [i, event] of flushes.entries()) {
      expect(event).toMatchObject({ directory: '/load', engine: 'lsm', phase: i % 2 === 0 ? 'start' : 'end' })
      if (event.phase === 'start') expect(event.entries).toBeGreaterThan(0)
      else expect(event).toMatchObject({ id: flushes[i - 1]!.id, outcome: 'done', tables: 1 })
    }
    const merge = compactions.find((event) => event.phase === 'start' && event.kind === 'merge')
    expect(merge).toMatchObject({ level: expect.any(Number), tables: expect.any(Number) })
    expect(compactions.some((event) => event.phase === 'end' && event.outcome === 'done' && event.tableBytes > 0)).toBe(
      true,
    )
  })

  test('a compaction that a close gave up', async () => {
    using recorder = new EventRecorder('/given-up', ['varve:compaction'])
    const store = await open('/given-up', { ...options, memtableBytes: 1 << 20, fileSystem: new MemoryFileSystem() })
    for (let run = 0; run < 2; run++) {
      for (let i = 0; i < 6000; i++) store.putSync(`key ${i}`, 'x'.repeat(100))
      await store.flush()
    }
    const compaction = store.compact().catch(() => undefined)
    while (recorder.events.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await store.close()
    await compaction
    expect(recorder.of('varve:compaction').at(-1)).toMatchObject({ phase: 'end', outcome: 'abandoned' })
  })

  test('stalls, with their reason', async () => {
    using recorder = new EventRecorder('/stall', ['varve:stall'])
    const fileSystem = new MemoryFileSystem()
    await using store = await open('/stall', { ...options, compaction: sizeTiered({ mergeWidth: 2 }), fileSystem })
    await Promise.all(Array.from({ length: 300 }, (_, i) => store.put(`key ${i}`, 'x'.repeat(100))))
    const stalls = recorder.of('varve:stall')
    const { stalls: counted, latency } = store.stats()
    expect(counted.count).toBeGreaterThan(0)
    expect(stalls).toHaveLength(2 * counted.count)
    expect(latency.stall.count).toBe(counted.count)
    expect(latency.stall.totalMs).toBeCloseTo(counted.milliseconds)
    const reasons = new Set(stalls.map((event) => (event.phase === 'start' ? event.reason : undefined)))
    expect(reasons).toContain('memtables-full')
  })

  test('a recovery after a crash, and one that is refused', async () => {
    const disk = new MemoryFileSystem()
    const store = await open('/crashed', { fileSystem: disk })
    for (let i = 0; i < 5; i++) await store.put(`key ${i}`, 'value')
    const killed = disk.killed()
    await store.close()
    using recorder = new EventRecorder('/crashed')
    const again = await open('/crashed', { fileSystem: killed })
    await again.close()
    const read = await open('/crashed', { fileSystem: killed, readOnly: true })
    await read.close()
    const [start, end, second] = recorder.of('varve:recovery')
    expect(start).toEqual({ directory: '/crashed', engine: 'lsm', id: 0, phase: 'start', readOnly: false })
    const found = {
      clean: false,
      created: false,
      operationsReplayed: 5,
      groupsReplayed: 5,
      droppedBytes: 0,
      tablesFlushed: 1,
    }
    expect(end).toMatchObject({ phase: 'end', outcome: 'done', ...found })
    expect(second).toMatchObject({ phase: 'start', readOnly: true })
    const [table] = killed.list('/crashed').filter((name) => name.endsWith('.sst'))
    killed.unlinkSync(`/crashed/${table}`)
    await expect(open('/crashed', { fileSystem: killed })).rejects.toMatchObject({ code: 'CORRUPTION' })
    const refused = recorder.of('varve:recovery').at(-1)
    expect(refused).toMatchObject({ outcome: 'failed', error: { code: 'CORRUPTION', file: expect.any(String) } })
  })

  test('no keys and no values', async () => {
    using recorder = new EventRecorder('/secret')
    const disk = new SimulatedFileSystem({ profile: 'posix-minimal' })
    const store = await open('/secret', { ...options, fileSystem: disk })
    for (let i = 0; i < 100; i++) await store.put(`SECRETKEY${i}`, `SECRETVALUE${i}`)
    await settled(store)
    disk.faults = ({ operation }) => (operation === 'sync' ? { error: 'EIO' } : undefined)
    await store.put('SECRETKEY', 'SECRETVALUE', { durability: 'power' }).catch(() => undefined)
    await store.close().catch(() => undefined)
    const names = new Set(recorder.events.map(({ name }) => name))
    for (const name of ['varve:recovery', 'varve:flush', 'varve:compaction', 'varve:error'])
      expect(names).toContain(name)
    expect(JSON.stringify(recorder.events)).not.toMatch(/SECRET/)
    expect(structuredClone(recorder.events)).toEqual(recorder.events)
  })
})
