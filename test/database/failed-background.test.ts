import { describe, expect, test } from 'vitest'
import type { OpenOptions } from '../../src/database/options.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { codeOf } from '../support/bytes-text.ts'
import { contentOf, contentOn, FaultDisk } from '../support/fault-store.ts'
import type { FileCall } from '../support/faulty-file-system.ts'
import { STRATEGIES } from '../support/lsm-harness.ts'
import { ManualRuntime, settle } from '../support/manual-runtime.ts'

interface Stage {
  readonly disk: FaultDisk
  readonly runtime: ManualRuntime
  readonly store: KeyValueStore
}

async function staged(options: OpenOptions<'bytes'> = {}): Promise<Stage> {
  const disk = new FaultDisk()
  const runtime = new ManualRuntime()
  const store = await disk.open({ runtime, ...options })
  await store.put('a', '1')
  await store.put('b', '2')
  return { disk, runtime, store }
}

const tables = (calls: readonly FileCall[], operation: string): string[] =>
  calls.filter((call) => call.operation === operation && call.path.endsWith('.sst')).map(({ path }) => path)

/** Lets the event loop turn until the store waits for a timer or is done. */
async function rest(): Promise<void> {
  for (let i = 0; i < 50; i++) await settle()
}

/** Moves the clock until the promise is settled. */
async function ended(runtime: ManualRuntime, promise: Promise<unknown>): Promise<void> {
  let isDone = false
  void promise.then(
    () => (isDone = true),
    () => (isDone = true),
  )
  for (let i = 0; i < 500 && !isDone; i++) await runtime.advance(100)
  expect(isDone).toBe(true)
}

describe('a flush that fails', () => {
  test.each(['append', 'sync', 'open'])(
    'at its %s is tried again later, into a new file number, and ends well',
    async (operation) => {
      const { disk, runtime, store } = await staged()
      const failed = disk.failNext(operation, '.sst', 'EIO', 2)
      const before = disk.calls.length
      const flush = store.flush()
      await rest()
      expect([failed(), contentOf(store)]).toEqual([1, 'a=1 b=2'])
      await ended(runtime, flush)
      expect(failed()).toBe(2)
      const made = [...new Set(tables(disk.calls.slice(before), 'open'))]
      expect(made.length).toBe(3)
      // What failed is removed again.
      expect(disk.disk.list('/store').filter((name) => name.endsWith('.sst'))).toHaveLength(1)
      await store.put('c', '3')
      expect(await contentOn(disk.powerCut())).toBe('a=1 b=2 c=3')
      await store.close()
      expect(disk.openFiles).toBe(0)
      expect(await contentOn(disk)).toBe('a=1 b=2 c=3')
    },
  )

  test('waits longer each time, takes writes meanwhile, and suspends them after eight failures; resume goes on', async () => {
    const { disk, runtime, store } = await staged({ syncIntervalMs: 3_600_000 })
    const failed = disk.failNext('sync', '.sst', 'EIO', 99)
    const flush = codeOf(() => store.flush())
    const waits: number[] = []
    for (let i = 1; i < 8; i++) {
      await rest()
      expect(failed()).toBe(i)
      await store.put(`w${i}`, 'w', { durability: 'power' })
      waits.push(runtime.timers[0]!)
      await runtime.advance(runtime.timers[0]!)
    }
    await rest()
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
    expect(waits[6]).toBeGreaterThan(8 * waits[0]!)
    expect([failed(), await flush]).toEqual([8, 'IO'])
    expect(await codeOf(() => store.put('x', 'x'))).toBe('IO')
    expect(store.getSync('w7', { encoding: 'utf8' })).toBe('w')
    disk.heal()
    await store.resume()
    await store.put('x', 'x')
    await store.flush()
    const expected = contentOf(store)
    expect(await contentOn(disk.powerCut())).toBe(expected)
    await store.close()
    expect(await contentOn(disk)).toBe(expected)
  })

  test('does not keep a close from ending', async () => {
    const { disk, runtime, store } = await staged()
    disk.failNext('sync', '.sst', 'EIO', 99)
    const flush = codeOf(() => store.flush())
    await rest()
    const close = store.close()
    await ended(runtime, close)
    expect(await flush).toBe('IO')
    await expect(close).rejects.toMatchObject({ code: 'IO' })
    expect(disk.openFiles).toBe(0)
    disk.heal()
    expect(await contentOn(disk)).toBe('a=1 b=2')
  })
})

describe('a merge that fails', () => {
  test.each(['append', 'sync'])('at its %s keeps its inputs and is tried again', async (operation) => {
    const { disk, runtime, store } = await staged({ compaction: STRATEGIES['leveled']!() })
    await store.flush()
    await store.put('c', '3')
    await store.flush()
    await rest()
    await store.put('d', '4')
    const before = new Set(disk.disk.list('/store'))
    let failures = 0
    // The flush makes one table; what comes after it is a merge.
    const made = new Set<string>()
    disk.faulty.plan = ({ operation: found, path }) => {
      if (!path.endsWith('.sst') || before.has(path.slice('/store/'.length))) return undefined
      made.add(path)
      if (found !== operation || made.size < 2 || failures > 0) return undefined
      failures++
      return { error: 'EIO' }
    }
    const compact = codeOf(() => store.compact())
    await rest()
    expect([failures, contentOf(store)]).toEqual([1, 'a=1 b=2 c=3 d=4'])
    expect(await compact).toBe('IO')
    await ended(runtime, store.compact())
    expect(await contentOn(disk.powerCut())).toBe('a=1 b=2 c=3 d=4')
    await store.close()
    expect(disk.openFiles).toBe(0)
    expect(await contentOn(disk)).toBe('a=1 b=2 c=3 d=4')
  })
})

describe('what fails beside the way', () => {
  test('an unlink is harmless: the leftover is never read', async () => {
    const { disk, store } = await staged()
    const failed = disk.failNext('unlink', '', 'EIO', 99)
    await store.flush()
    await store.put('c', '3')
    await store.flush()
    await store.compact()
    expect(failed()).toBeGreaterThan(2)
    expect(contentOf(store)).toBe('a=1 b=2 c=3')
    await store.put('d', '4')
    expect(await contentOn(disk.powerCut())).toBe('a=1 b=2 c=3 d=4')
    await store.close()
    expect(await contentOn(disk)).toBe('a=1 b=2 c=3 d=4')
  })

  test('a table that cannot be opened for a read fails that read only', async () => {
    const { disk, store } = await staged()
    await store.flush()
    await store.close()
    const again = await disk.open({ blockCacheBytes: 0 })
    disk.failNext('open', '.sst', 'EMFILE')
    await expect(again.get('a')).rejects.toMatchObject({ code: 'IO' })
    expect(await again.get('a', { encoding: 'utf8' })).toBe('1')
    disk.failNext('read', '.sst', 'EIO', 9)
    await expect(again.get('b')).rejects.toMatchObject({ code: 'IO' })
    disk.heal()
    expect(contentOf(again)).toBe('a=1 b=2')
    await again.put('c', '3')
    await again.close()
    expect(disk.openFiles).toBe(0)
  })

  test('a second descriptor that cannot be had sends the sync in place', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    const { faulty } = disk
    let isFirst = true
    faulty.plan = ({ operation, path }) => {
      if (operation !== 'open' || !path.endsWith('.wal')) return undefined
      isFirst = !isFirst
      return isFirst ? { error: 'EMFILE' } : undefined
    }
    await Promise.all([store.put('a', '1'), store.put('b', '2')])
    await Promise.all([store.put('c', '3'), store.put('d', '4')])
    expect(await contentOn(disk.powerCut())).toBe('a=1 b=2 c=3 d=4')
    await store.close()
    expect(disk.openFiles).toBe(0)
  })
})
