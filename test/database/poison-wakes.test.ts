import { expect, test } from 'vitest'
import { FaultDisk } from '../support/fault-store.ts'

test('who waits for a flush that pauses after a failure is told at once when the store is poisoned meanwhile', async () => {
  const disk = new FaultDisk()
  const store = await disk.open()
  await store.put('a', '1')
  const failed = disk.failNext('append', '.sst', 'EIO', 100)
  const flush = store.flush().then(
    () => 'flushed',
    (error: { code: string }) => error.code,
  )
  while (failed() === 0) await new Promise((resolve) => setImmediate(resolve))
  disk.failNext('sync', '.wal')
  await expect(store.put('b', '2')).rejects.toMatchObject({ code: 'POISONED' })
  expect(await flush).toBe('POISONED')
  await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' })
  expect(disk.openFiles).toBe(0)
})
