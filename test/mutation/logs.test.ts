import { describe, expect, test } from 'vitest'
import { codeOf } from '../support/bytes-text.ts'
import { contentOf, contentOn, FaultDisk, STORE } from '../support/fault-store.ts'

const TORN = { error: 'EIO', afterBytes: 5 } as const

/** Changes a byte of the newest log, where a value stands. */
function flip({ disk }: FaultDisk, value: string): void {
  const log = disk.list(STORE).findLast((name) => name.endsWith('.wal'))
  const file = disk.open(`${STORE}/${log}`, 'write', 'other')
  const bytes = new Uint8Array(file.sizeSync())
  file.readSync(bytes, 0)
  const at = Buffer.from(bytes).lastIndexOf(value)
  expect(at).toBeGreaterThan(0)
  file.writeSync(Uint8Array.of(0), at)
  file.close()
}

describe('a log that is left', () => {
  test('after a failed write takes the un-synced one before it along: what follows is durable', async () => {
    const disk = new FaultDisk()
    const store = await disk.open({ memtableBytes: 1024, syncIntervalMs: 3_600_000 })
    // No turn of the event loop from here on: the flush, which syncs the old log, does not begin.
    store.putSync('a', 'x'.repeat(600), { durability: 'process' })
    store.putSync('b', 'x'.repeat(600), { durability: 'process' })
    disk.failNext('append', '.wal', TORN)
    expect(() => store.putSync('c', '3', { durability: 'process' })).toThrow()
    const since = disk.calls.length
    store.putSync('d', '4')
    const [oldest, , newest] = disk.disk.list(STORE).filter((name) => name.endsWith('.wal'))
    const changes = disk.changesSince(since)
    const appends = changes.flatMap((change, at) => (change === `append ${STORE}/${newest}` ? [at] : []))
    // Link and write: the log was made ahead.
    expect(appends).toHaveLength(2)
    expect(changes.indexOf(`sync ${STORE}/${oldest}`)).toBeGreaterThanOrEqual(0)
    expect(changes.indexOf(`sync ${STORE}/${oldest}`)).toBeLessThan(appends[0]!)
    const left = await disk.powerCut().open()
    expect([...left.scan().keys().allSync()]).toHaveLength(3)
    await left.close()
    await store.close()
  })

  test('after a failed write, with nothing in memory, is followed by one that takes the seal', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    await store.put('a', '1')
    await store.flush()
    disk.failNext('append', '.wal', TORN)
    expect(await codeOf(() => store.put('b', '2'))).toBe('IO')
    await store.close()
    const again = await disk.open()
    expect(again.recovery.clean).toBe(true)
    expect(contentOf(again)).toBe('a=1')
    await again.close()
  })

  test('by a close is promised whole by its seal', async () => {
    const disk = new FaultDisk()
    const store = await disk.open({ syncIntervalMs: 3_600_000 })
    await store.put('a', '1')
    await store.put('b', 'valueofb', { durability: 'process' })
    const images: FaultDisk[] = []
    disk.faulty.plan = ({ operation, path }) => {
      if (operation === 'append' && path.includes('MANIFEST')) images.push(disk.killed())
      return undefined
    }
    await store.close()
    const [image] = images
    flip(image!, 'valueofb')
    expect(await codeOf(() => image!.open())).toBe('CORRUPTION')
  })
})

describe('after a failed sync nothing is removed:', () => {
  test.each([
    ['of a new log', 'sync', '.wal'],
    ['of the directory of a new log', 'syncDirectory', ''],
    ['of the edit that names a new log', 'sync', 'MANIFEST'],
  ])('%s', async (_what, operation, ending) => {
    for (const isFirst of [true, false]) {
      const disk = new FaultDisk()
      const store = await disk.open()
      if (!isFirst) {
        await store.put('a', '1')
        disk.failNext('append', '.wal', TORN)
        await store.put('b', '2').catch(() => {})
        if (ending === 'MANIFEST') continue
      }
      const before = disk.calls.length
      disk.failNext(operation, ending)
      expect(await codeOf(() => store.put('c', '3'))).toBe('POISONED')
      await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' })
      expect(disk.changesSince(before).filter((change) => change.startsWith('unlink'))).toEqual([])
      expect(await contentOn(disk.powerCut())).toBe(isFirst ? '' : 'a=1')
    }
  })
})

test('nor is it where the log before the last one cannot be made durable', async () => {
  const disk = new FaultDisk()
  const store = await disk.open({ memtableBytes: 1024, syncIntervalMs: 3_600_000 })
  store.putSync('a', 'x'.repeat(600), { durability: 'process' })
  store.putSync('b', 'x'.repeat(600), { durability: 'process' })
  disk.failNext('append', '.wal', TORN)
  expect(() => store.putSync('c', '3', { durability: 'process' })).toThrow()
  const [oldest] = disk.disk.list(STORE).filter((name) => name.endsWith('.wal'))
  const since = disk.calls.length
  disk.failNext('sync', oldest!)
  expect(() => store.putSync('d', '4')).toThrow(expect.objectContaining({ code: 'POISONED' }))
  expect(disk.changesSince(since).filter((change) => change.startsWith('unlink'))).toEqual([])
  await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' })
})

test('damage to what was durable is found by verify, where the log behind it was cut back, too', async () => {
  const disk = new FaultDisk()
  const store = await disk.open()
  await store.put('a', 'valueofa')
  await store.put('b', '2')
  disk.failNext('append', '.wal', TORN)
  expect(await codeOf(() => store.put('c', '3'))).toBe('IO')
  expect((await store.verify()).problems).toEqual([])
  flip(disk, 'valueofa')
  expect(await codeOf(() => store.verify())).toBe('CORRUPTION')
  await store.close()
})

test('damage to what was durable is found by verify in a read-only store that was opened up to it', async () => {
  const disk = new FaultDisk()
  const store = await disk.open()
  await store.put('a', 'valueofa')
  await store.put('b', '2')
  const killed = disk.killed()
  await store.close()
  flip(killed, 'valueofa')
  const reader = await killed.open({ readOnly: true, recovery: 'point-in-time' })
  expect(reader.recovery.droppedBytes).toBeGreaterThan(0)
  expect(await codeOf(() => reader.verify())).toBe('CORRUPTION')
  await reader.close()
})
