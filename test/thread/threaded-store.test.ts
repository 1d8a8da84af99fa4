import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { threadPool } from '../../src/compaction/thread/thread-pool.ts'
import { open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { contentOf } from '../support/fault-store.ts'
import { fill, type ThreadedPlace, threadedPlace } from '../support/thread-store.ts'

/** The rank of a thread: the 19th field of its line, of which the second ends with a parenthesis. See proc_pid_stat(5). */
function niceOf(thread: string): number {
  const line = readFileSync(`/proc/${thread}/stat`, 'utf8')
  return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[16])
}

let place: ThreadedPlace
afterEach(() => place.remove())

describe('a store that flushes and merges in threads', () => {
  test('leaves, byte for byte, what one that does it in place leaves, but for ids', async () => {
    place = threadedPlace()
    const inPlace = threadedPlace()
    const contents: string[] = []
    const written: number[] = []
    for (const [where, background] of [
      [place, 'threads'],
      [inPlace, 'in-place'],
    ] as const) {
      const store = await where.open({ background })
      await fill(store, 2000)
      await store.compact()
      const { problems } = await store.verify()
      expect(problems).toEqual([])
      contents.push(contentOf(store))
      written.push(store.stats().userBytes)
      await store.close()
    }
    inPlace.remove()
    expect(contents[0]).toBe(contents[1])
    expect(written[0]).toBe(written[1])
  })

  test('counts every byte that the threads wrote: the tables of a store that was only filled are what flushes wrote', async () => {
    place = threadedPlace()
    const store = await place.open({ memtableBytes: 1 << 20 })
    await fill(store, 500)
    await store.flush()
    const [table] = readdirSync(place.directory).filter((name) => name.endsWith('.sst'))
    const { writtenBytes } = store.stats()
    expect(writtenBytes.flush).toBe(readFileSync(`${place.directory}/${table}`).length)
    await store.close()
  })

  test.runIf(process.platform === 'linux')('leaves the cores to those who read and write', async () => {
    place = threadedPlace()
    const own = niceOf('thread-self')
    const store = await place.open()
    await fill(store, 500)
    await store.flush()
    const all = readdirSync('/proc/self/task').map((id) => niceOf(`self/task/${id}`))
    expect(all).toContain(Math.min(19, own + 10))
    expect(niceOf('thread-self')).toBe(own)
    await store.close()
  })

  test('lends threads every memtable where it lies, the first of a life and a recovered one included', async () => {
    place = threadedPlace()
    const starts = vi.spyOn(threadPool, 'start')
    for (let life = 0; life < 2; life++) {
      const store = await place.open({ memtableBytes: 1 << 20 })
      for (let round = 0; round < 2; round++) {
        await fill(store, 100, round)
        await store.flush()
      }
      // Left in the log for the next life.
      await fill(store, 100)
      await store.close()
    }
    const lent = starts.mock.calls.flatMap(([request]) => (request.kind === 'flush' ? request.memtable : []))
    starts.mockRestore()
    expect(lent).toHaveLength(4)
    for (const { chunks, leaves } of lent) {
      for (const { buffer } of [...chunks, leaves.words]) expect(buffer).toBeInstanceOf(SharedArrayBuffer)
    }
  })

  test('serves callers that stand still: nothing but synchronous writes, through many flushes and merges', async () => {
    place = threadedPlace()
    const store = await place.open()
    for (let i = 0; i < 3000; i++) {
      store.putSync(`key-${i % 1000}`, `${i}`.padEnd(100, '.'), { durability: 'process' })
    }
    expect(store.stats().writtenBytes.flush).toBeGreaterThan(200_000)
    expect(store.getSync('key-999', { encoding: 'utf8' })?.startsWith('2999.')).toBe(true)
    await store.close()
    const again = await place.open()
    expect(await again.count()).toBe(1000)
    await again.close()
  })

  test('closes in the middle of a merge, and leaves no file that its manifest does not name', async () => {
    place = threadedPlace()
    for (let round = 0; round < 5; round++) {
      const store = await place.open()
      await fill(store, 600, round)
      const compaction = store.compact().catch((error: { code: string }) => error.code)
      await store.close()
      expect([undefined, 'ABORTED', 'CLOSED']).toContain(await compaction)
      const reader = await place.open({ readOnly: true })
      const tables = reader.stats().levels.reduce((sum, level) => sum + level.tables, 0)
      expect(readdirSync(place.directory).filter((name) => name.endsWith('.sst'))).toHaveLength(tables)
      expect(await reader.count()).toBe(600)
      await reader.close()
    }
  })

  test('reads what is being flushed and merged, while it is', async () => {
    place = threadedPlace()
    const store = await place.open()
    for (let i = 0; i < 2000; i++) {
      const key = `key-${i}`
      await store.put(key, `${i}`.padEnd(100, '.'), { durability: 'process' })
      expect(store.getSync(key, { encoding: 'utf8' })).toBe(`${i}`.padEnd(100, '.'))
      expect(store.hasSync(`key-${i >> 1}`)).toBe(true)
    }
    await store.close()
  })

  test('is refused where file system or runtime are not those of this machine', async () => {
    place = threadedPlace()
    const opening = open('/store', { background: 'threads', fileSystem: new MemoryFileSystem() })
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})
