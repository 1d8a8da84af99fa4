import { readdirSync, unlinkSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { fill, type ThreadedPlace, threadedPlace } from '../support/thread-store.ts'

let place: ThreadedPlace
afterEach(() => place.remove())

describe('work in a thread that does not end well', () => {
  test('an input that is gone is told with its file, as in place', async () => {
    place = threadedPlace()
    const store = await place.open({ memtableBytes: 1 << 20 })
    await fill(store, 300)
    await store.flush()
    const [table] = readdirSync(place.directory).filter((name) => name.endsWith('.sst'))
    unlinkSync(`${place.directory}/${table}`)
    await fill(store, 300, 1)
    await expect(store.compact()).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining(table!) })
    await store.close().catch(() => {})
  })

  test('a thread that dies is replaced, its files go, and no write is lost', async () => {
    place = threadedPlace()
    const threads: Worker[] = []
    const post = vi.spyOn(Worker.prototype, 'unref').mockImplementation(function (this: Worker) {
      threads.push(this)
    })
    const store = await place.open({ memtableBytes: 64 << 10 })
    try {
      for (let round = 0; round < 4; round++) {
        await fill(store, 2000, round)
        const ended = Promise.all(threads.map((thread) => thread.terminate()))
        await store.flush()
        await ended
      }
      await store.compact()
      expect((await store.verify()).problems).toEqual([])
      expect(await store.count()).toBe(2000)
      const tables = store.stats().levels.reduce((sum, level) => sum + level.tables, 0)
      expect(readdirSync(place.directory).filter((name) => name.endsWith('.sst'))).toHaveLength(tables)
    } finally {
      post.mockRestore()
      await store.close()
    }
  })
})
