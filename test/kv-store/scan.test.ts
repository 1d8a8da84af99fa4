import { describe, expect, test } from 'vitest'
import { VarveError } from '../../src/errors.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { numbered, sortedScan } from '../support/sorted-scan.ts'

describe('a scan', () => {
  test('closes its cursor once, however it ends', async () => {
    const endings: ((scan: ReturnType<typeof sortedScan>['scan']) => unknown)[] = [
      (scan) => [...scan],
      (scan) => [...scan.keys()],
      (scan) => scan.all(),
      (scan) => scan.allSync(),
      (scan) => scan.close(),
      (scan) => scan[Symbol.asyncDispose](),
      async (scan) => {
        for await (const _ of scan) break
      },
      async (scan) => {
        for await (const _ of scan.values());
      },
      (scan) => scan.interrupt(new VarveError('CLOSED', 'the store is closed')),
    ]
    for (const end of endings) {
      const { scan, cursor, closings } = sortedScan(numbered(600), 'bytes')
      await end(scan)
      scan.close()
      expect([cursor.closings, closings()]).toEqual([1, 1])
    }
  })

  test('that is read by batches stays open at its end', () => {
    const { scan, cursor } = sortedScan(numbered(3), 'utf8')
    expect(scan.nextBatchSync(5)).toHaveLength(3)
    expect(scan.nextBatchSync(5)).toHaveLength(0)
    expect(cursor.closings).toBe(0)
    scan.seek('0002')
    expect(scan.nextBatchSync(5).map(([key]) => key)).toEqual(['0002'])
  })

  test('whose cursor fails is closed, and tells the failure to whoever goes on', async () => {
    for (const form of ['async', 'sync', 'batch']) {
      const { scan, cursor } = sortedScan(numbered(600), 'bytes')
      const advance = cursor.advance.bind(cursor)
      let calls = 0
      cursor.advance = () => {
        if (++calls > 500) throw new VarveError('CORRUPTION', 'a block is damaged')
        return advance()
      }
      let read = 0
      const failing = async (): Promise<void> => {
        if (form === 'async') for await (const _ of scan) read++
        else if (form === 'sync') for (const _ of scan) read++
        else await scan.nextBatch(600)
      }
      await expect(failing()).rejects.toThrow('a block is damaged')
      expect(read).toBeLessThanOrEqual(500)
      expect(cursor.closings).toBe(1)
      await expect(scan.nextBatch(1)).rejects.toThrow('a block is damaged')
    }
  })

  test('that its store ends says so', async () => {
    const { scan } = sortedScan(numbered(600), 'bytes')
    const seen = (async () => {
      for await (const _ of scan);
    })()
    scan.interrupt(new VarveError('CLOSED', 'the store is closed'))
    await expect(seen).rejects.toThrow('the store is closed')
    expect(() => scan.nextBatchSync(1)).toThrow('the store is closed')
  })

  test('gives the signal back its listener', () => {
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners++
      add(...given)
    }
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners--
      remove(...given)
    }
    const { scan } = sortedScan(numbered(3), 'bytes', { signal })
    expect(listeners).toBe(1)
    scan.allSync()
    expect(listeners).toBe(0)
  })

  test('answers calls of next that do not wait for each other in their order', async () => {
    const { scan } = sortedScan(numbered(1000), 'utf8')
    const iterator = scan[Symbol.asyncIterator]()
    const results = await Promise.all(Array.from({ length: 1003 }, () => iterator.next()))
    expect(results.map(({ value }) => value?.[0]).slice(0, 1000)).toEqual([
      ...sortedScan(numbered(1000), 'utf8').scan.keys(),
    ])
    expect(results.slice(1000).every(({ done }) => done)).toBe(true)
  })

  test('lets the event loop turn between full batches, and not for each entry', async () => {
    let turns = 0
    const runtime = { ...nodeRuntime, yield: async () => void turns++ }
    for await (const _ of sortedScan(numbered(2000), 'bytes', { runtime }).scan);
    expect(turns).toBeGreaterThan(4)
    expect(turns).toBeLessThan(20)
    turns = 0
    await sortedScan(numbered(2000), 'bytes', { runtime }).scan.all()
    expect(turns).toBeGreaterThan(4)
    turns = 0
    for await (const _ of sortedScan(numbered(100, 100_000), 'bytes', { runtime }).scan);
    expect(turns).toBeGreaterThan(50)
  })

  test('mixes loops and batches without losing an entry', () => {
    const { scan } = sortedScan(numbered(30), 'utf8')
    const [first] = scan
    expect(first?.[0]).toBe('0000')
    const again = sortedScan(numbered(30), 'utf8').scan
    const iterator = again[Symbol.iterator]()
    const seen = [
      iterator.next().value?.[0],
      ...again.nextBatchSync(10).map(([key]) => key),
      iterator.next().value?.[0],
    ]
    expect(seen).toEqual([...sortedScan(numbered(12), 'utf8').scan.keys()])
  })

  test('hands its cursor a target that nobody changes', () => {
    const { scan, cursor } = sortedScan(numbered(3), 'utf8')
    const targets: Uint8Array[] = []
    cursor.seek = (target) => targets.push(target)
    const given = Buffer.from('0002')
    scan.seek(given)
    given.fill(0)
    expect(targets).toEqual([new TextEncoder().encode('0002')])
  })

  test('counts what a seek throws away as not returned', () => {
    const { scan } = sortedScan(numbered(30), 'utf8', { limit: 4 })
    const iterator = scan[Symbol.iterator]()
    iterator.next()
    scan.seek('0020')
    expect([...iterator].map(([key]) => key)).toEqual(['0020', '0021', '0022'])
  })
})

describe('the bytes of a batch', () => {
  test('are plain arrays that share memory of exactly their size', () => {
    const entries = sortedScan(numbered(10, 50), 'bytes').scan.nextBatchSync(10)
    const buffers = new Set(entries.flat().map((bytes) => bytes.buffer))
    expect([...buffers].map((buffer) => buffer.byteLength)).toEqual([10 * 54])
    expect(entries.flat().every((bytes) => Object.getPrototypeOf(bytes) === Uint8Array.prototype)).toBe(true)
  })

  test('come whole through chunks and beside entries larger than one', () => {
    const sizes = [10, 300_000, 0, 100_000, 100_000, 100_000, 262_140, 262_144, 5, 70_000]
    const given = numbered(sizes.length).map(([key], i) => [key, new Uint8Array(sizes[i]!).fill(i + 1)] as const)
    const read = sortedScan(given, 'bytes').scan.allSync()
    expect(read.map(([key]) => key)).toEqual(given.map(([key]) => key))
    for (const [i, [, value]] of read.entries()) expect(Buffer.compare(value, given[i]![1])).toBe(0)
    const values = [...sortedScan(given, 'bytes').scan.values()]
    expect(values.map((value) => value.length)).toEqual(sizes)
    expect(values[1]!.buffer.byteLength).toBe(300_000)
  })
})
