import { describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/open-btree.ts'
import { open } from '../../src/database/open.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { TINY as TINY_TREE } from '../support/btree-harness.ts'
import { TINY } from '../support/lsm-harness.ts'
import { EventRecorder } from '../support/observe-recorder.ts'

const engines = [
  { name: 'lsm', open: (fileSystem: SimulatedFileSystem) => open('/faulty', { ...TINY, fileSystem }) },
  { name: 'btree', open: (fileSystem: SimulatedFileSystem) => openBTree('/faulty', { ...TINY_TREE, fileSystem }) },
] as const

describe.each(engines)('$name tells of', ({ name, open: openOn }) => {
  test('a failed sync, once', async () => {
    using recorder = new EventRecorder('/faulty', ['varve:error'])
    const disk = new SimulatedFileSystem()
    const store = await openOn(disk)
    await store.put('a', '1')
    disk.faults = ({ operation }) => (operation === 'sync' ? { error: 'EIO' } : undefined)
    await expect(store.put('b', '2')).rejects.toMatchObject({ code: 'POISONED' })
    await expect(store.put('c', '3')).rejects.toMatchObject({ code: 'POISONED' })
    expect(recorder.of('varve:error')).toEqual([
      {
        directory: '/faulty',
        engine: name,
        consequence: 'poisoned',
        error: {
          code: 'POISONED',
          message: expect.stringContaining('sync'),
          file: expect.any(String),
          offset: undefined,
        },
      },
    ])
    const { state, commits } = store.stats()
    expect([state, commits.failedWrites]).toEqual(['poisoned', 2])
    await store.close().catch(() => undefined)
  })

  test('a write that the log refused, and goes on', async () => {
    using recorder = new EventRecorder('/faulty', ['varve:error'])
    const disk = new SimulatedFileSystem()
    await using store = await openOn(disk)
    await store.put('a', '1')
    disk.faults = ({ operation, category }) =>
      operation === 'append' && category === 'wal' ? { error: 'EIO' } : undefined
    await expect(store.put('b', '2')).rejects.toMatchObject({ code: 'IO', outcome: 'not-applied' })
    disk.faults = undefined
    await store.put('b', '3')
    expect(recorder.story).toEqual(['error write-refused'])
    expect(store.stats()).toMatchObject({ state: 'writable', commits: { failedWrites: 1 } })
  })

  test('a full disk', async () => {
    using recorder = new EventRecorder('/faulty', ['varve:error'])
    const disk = new SimulatedFileSystem()
    await using store = await openOn(disk)
    await store.put('a', '1')
    disk.faults = ({ operation, category }) =>
      operation === 'append' && category === 'wal' ? { error: 'ENOSPC' } : undefined
    await expect(store.put('b', '2')).rejects.toMatchObject({ code: 'NO_SPACE' })
    expect(recorder.story).toEqual(['error write-refused', 'error suspended'])
    expect(store.stats().state).toBe('suspended')
    disk.faults = undefined
    await store.resume()
    expect(store.stats().state).toBe('writable')
  })
})

describe('background work that fails', () => {
  test('is told of at each try, with its activity', async () => {
    using recorder = new EventRecorder('/retried', ['varve:flush', 'varve:error'])
    const runtime = new SimulatedRuntime()
    const disk = new SimulatedFileSystem({ runtime })
    const store = await runtime.run(open('/retried', { fileSystem: disk, runtime }))
    await runtime.run(store.put('a', '1'))
    let failures = 0
    disk.faults = ({ operation, category }) => {
      if (operation !== 'append' || category !== 'flush' || failures >= 2) return undefined
      failures++
      return { error: 'EIO' }
    }
    await runtime.run(store.flush())
    const failed = (id: number): string[] => [`flush ${id} start`, `flush ${id} failed`, 'error retried']
    expect(recorder.story).toEqual([...failed(1), ...failed(2), 'flush 3 start', 'flush 3 done'])
    expect(store.stats().latency.flush.count).toBe(1)
    await runtime.run(store.close())
  })
})
