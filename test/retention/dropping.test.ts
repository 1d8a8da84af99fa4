import { describe, expect, test } from 'vitest'
import { fifo } from '../../src/compaction/fifo.ts'
import { leveled } from '../../src/compaction/leveled.ts'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { timeWindow } from '../../src/compaction/time-window.ts'
import { RetentionStore } from '../support/retention-store.ts'

const HOUR = 3_600_000

/** Three runs, of which the first two expire two hours later, an hour apart. */
async function threeRuns(compaction: CompactionStrategy): Promise<RetentionStore> {
  const retention = await RetentionStore.open(compaction)
  // The clock begins amid a window: at its start it is easier to say what is in which.
  await retention.advance(HOUR - (retention.runtime.nowMs % HOUR))
  await retention.run('abc', '1')
  await retention.advance(HOUR)
  await retention.run('bcd', '2')
  await retention.advance(HOUR)
  await retention.run('de', '3')
  return retention
}

describe.each([
  ['fifo', () => fifo({ maxAgeMs: 2 * HOUR })],
  ['time windows', () => timeWindow({ windowMs: HOUR, maxAgeMs: 2 * HOUR })],
])('%s by age', (_name, make) => {
  test('an idle store expires its runs one after the other, and then needs no timer', async () => {
    const retention = await threeRuns(make())
    const { store } = retention
    expect(retention.content).toBe('a=1 b=2 c=2 d=3 e=3')
    await retention.advance(HOUR)
    expect([retention.content, retention.runs, retention.tableFiles]).toEqual(['b=2 c=2 d=3 e=3', 2, 2])
    await retention.advance(HOUR)
    expect([retention.content, retention.runs, retention.tableFiles]).toEqual(['d=3 e=3', 1, 1])
    await retention.advance(2 * HOUR)
    expect([retention.content, retention.runs, retention.tableFiles]).toEqual(['', 0, 0])
    expect(retention.runtime.timers).toEqual([])
    expect(store.stats().droppedBytes).toBeGreaterThan(500)
    await store.close()
  })

  test('what was dropped stays so over a crash, and what expired meanwhile goes at the next opening', async () => {
    const retention = await threeRuns(make())
    await retention.advance(HOUR)
    await retention.crash('kill', make())
    expect(retention.content).toBe('b=2 c=2 d=3 e=3')
    retention.runtime.nowMs += HOUR
    await retention.crash('power cut', make())
    expect([retention.content, retention.tableFiles]).toEqual(['d=3 e=3', 1])
    await retention.store.close()
    expect(retention.runtime.timers.filter((ms) => ms > 1000)).toEqual([])
  })

  test('scans and snapshots that were open keep what they see, and the files, until they close', async () => {
    const retention = await threeRuns(make())
    const { store } = retention
    const scan = store.scan({ encoding: 'utf8' })
    const snapshot = store.snapshot()
    await store.put('z', 'new')
    await retention.advance(4 * HOUR)
    expect([retention.content, retention.runs, retention.tableFiles]).toEqual(['z=new', 0, 3])
    await store.put('z', 'newer')
    await store.flush()
    expect(snapshot.getSync('a', { encoding: 'utf8' })).toBe('1')
    expect(await snapshot.getMany(['b', 'z', 'e'], { encoding: 'utf8' })).toEqual(['2', undefined, '3'])
    expect([snapshot.hasSync('d'), await store.has('d', { snapshot }), store.hasSync('d')]).toEqual([true, true, false])
    expect(scan.allSync().map(([key]) => key)).toEqual(['a', 'b', 'c', 'd', 'e'])
    const later = snapshot.scan({ encoding: 'utf8', reverse: true })
    snapshot.close()
    expect(later.allSync().map(([, value]) => value)).toEqual(['3', '3', '2', '2', '1'])
    await retention.rest()
    expect([retention.content, retention.tableFiles]).toEqual(['z=newer', 1])
    await store.close()
  })

  test('a compaction of everything only flushes', async () => {
    const retention = await threeRuns(make())
    const { store } = retention
    const { compactions } = store.stats()
    await store.put('f', '4')
    await store.compact()
    expect([store.stats().compactions, retention.runs]).toEqual([compactions, 4])
    await store.close()
  })

  test('a store that is opened for reading drops nothing, and waits for nothing', async () => {
    const retention = await threeRuns(make())
    await retention.store.close()
    await retention.advance(9 * HOUR)
    await retention.open(make(), { readOnly: true })
    expect([retention.content, retention.runtime.timers]).toEqual(['a=1 b=2 c=2 d=3 e=3', []])
    await retention.store.close()
  })
})

test('without limits no timer is set, but for the end of a window that holds more than one run', async () => {
  for (const strategy of [fifo(), leveled(), timeWindow({ windowMs: HOUR })]) {
    const retention = await RetentionStore.open(strategy)
    await retention.run('ab', '1')
    await retention.advance(1000)
    expect([strategy.name, retention.runtime.timers]).toEqual([strategy.name, []])
    await retention.run('bc', '2')
    await retention.advance(1000)
    const timers = retention.runtime.timers
    expect([strategy.name, timers.length]).toEqual([strategy.name, strategy.name === 'time-window' ? 1 : 0])
    await retention.store.close()
    expect(retention.runtime.timers).toEqual([])
  }
})

test('an idle store merges its window when that closes, however far away that is', async () => {
  const retention = await RetentionStore.open(timeWindow({ windowMs: 48 * HOUR }))
  for (const value of ['1', '2', '3']) await retention.run('abc', value)
  expect(retention.runs).toBe(3)
  await retention.advance(49 * HOUR)
  expect([retention.runs, retention.content]).toEqual([1, 'a=3 b=3 c=3'])
  await retention.store.close()
})

test('fifo by size drops the oldest runs, but never the last one', async () => {
  const retention = await RetentionStore.open(fifo({ maxBytes: 10_000 }), { memtableBytes: 4096 })
  const { store } = retention
  for (let i = 0; i < 400; i++) await store.put(`k${i % 60}`, 'v'.repeat(100) + i)
  await store.flush()
  await retention.rest()
  const { levels, droppedBytes, writtenBytes } = store.stats()
  expect(levels[0]!.bytes).toBeLessThanOrEqual(10_000)
  expect(levels[0]!.bytes).toBeGreaterThan(5_000)
  expect(droppedBytes + levels[0]!.bytes).toBe(writtenBytes.flush)
  expect(writtenBytes.compaction).toBe(0)
  await store.put('large', 'v'.repeat(50_000))
  await store.flush()
  await retention.rest()
  expect([retention.runs, retention.content.slice(0, 6)]).toEqual([1, 'large='])
  await store.close()
})
