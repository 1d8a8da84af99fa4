import { describe, expect, test } from 'vitest'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { HEADER_BYTES } from '../../src/wal/format.ts'
import { codeOf } from '../support/bytes-text.ts'
import { contentOf, contentOn, FaultDisk, STORE } from '../support/fault-store.ts'

const OPTIONS = { memtableBytes: 1024, syncIntervalMs: 3_600_000 }
const PROCESS = { durability: 'process' } as const
/** Half of a memtable, and more. */
const HALF = 'x'.repeat(500)

const logsOn = ({ disk }: FaultDisk): string[] => disk.list(STORE).filter((name) => name.endsWith('.wal'))
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

/** A store whose memtable is half full, and which has made its next log. */
async function halfFull(): Promise<{ disk: FaultDisk; store: KeyValueStore }> {
  const disk = new FaultDisk()
  const store = await disk.open(OPTIONS)
  await store.put('a', HALF, PROCESS)
  for (let i = 0; i < 100 && disk.changesSince(0).at(-1) !== `syncDirectory ${STORE}`; i++) await turn()
  expect(logsOn(disk)).toHaveLength(2)
  return { disk, store }
}

describe('the next log', () => {
  test('is not made before the memtable is half full', async () => {
    const disk = new FaultDisk()
    const store = await disk.open(OPTIONS)
    await store.put('a', 'x'.repeat(300), PROCESS)
    await turn()
    expect(logsOn(disk)).toHaveLength(1)
    await store.close()
  })

  test('is there when the memtable is full: no writer waits for a sync', async () => {
    const { disk, store } = await halfFull()
    const next = logsOn(disk)[1]
    const since = disk.calls.length
    store.putSync('b', HALF, PROCESS)
    // The link, and what is written; then the one behind is begun.
    const changes = [next, next, logsOn(disk)[2]].map((name) => `append ${STORE}/${name}`)
    expect(disk.changesSince(since)).toEqual(changes)
    expect(await contentOn(disk.killed())).toBe(`a=${HALF} b=${HALF}`)
    expect((await store.verify()).problems).toEqual([])
    await store.close()
  })

  test('is finished in place by a caller that stands still', async () => {
    const disk = new FaultDisk()
    const store = await disk.open(OPTIONS)
    for (const key of 'abcdef') store.putSync(key, HALF, PROCESS)
    expect(await contentOn(disk.killed())).toBe([...'abcdef'].map((key) => `${key}=${HALF}`).join(' '))
    await store.close()
    expect(await contentOn(disk)).toContain('f=')
  })

  test('goes with a close, whether it was made or is being made', async () => {
    for (const isMade of [true, false]) {
      const { disk, store } = await halfFull()
      if (!isMade) {
        await store.flush()
        store.putSync('b', HALF, PROCESS)
      }
      await store.close()
      expect(logsOn(disk)).toHaveLength(1)
      const again = await disk.open(OPTIONS)
      expect(again.recovery.clean).toBe(true)
      await again.close()
      expect(disk.openFiles).toBe(0)
    }
  })

  test('is no part of what a killed process leaves, and goes with the next opening', async () => {
    const { disk, store } = await halfFull()
    const killed = disk.killed()
    const unused = logsOn(killed).at(-1)!
    expect(killed.disk.status(`${STORE}/${unused}`)!.size).toBe(HEADER_BYTES)
    const again = await killed.open({ ...OPTIONS, recovery: 'absolute' })
    expect(again.recovery).toMatchObject({ droppedBytes: 0, quarantined: [] })
    expect(again.recovery.filesRemoved).toContain(unused)
    expect(contentOf(again)).toBe(`a=${HALF}`)
    await again.close()
    await store.close()
  })

  test('may begin to count from a sequence before those that went to the log before it', async () => {
    const { disk, store } = await halfFull()
    for (const key of 'bcdefg') store.putSync(key, 'small', PROCESS)
    store.putSync('h', HALF, PROCESS)
    // Nothing is left of the first log: the replay begins with one that was made ahead.
    await store.flush()
    store.putSync('i', 'last')
    const again = await disk.powerCut().open()
    expect(again.recovery).toMatchObject({ tablesFlushed: 1, lastSequence: 9, firstSequence: 9 })
    expect(contentOf(again)).toContain('i=last')
    expect((await again.verify()).problems).toEqual([])
    await again.close()
    await store.close()
  })

  test.each(['sync', 'syncDirectory'])(
    'poisons the store at once where its %s fails, though nobody needs it yet',
    async (operation) => {
      const disk = new FaultDisk()
      const store = await disk.open(OPTIONS)
      await store.put('a', 'x'.repeat(100))
      const since = disk.calls.length
      const count = disk.failNext(operation, operation === 'sync' ? '.wal' : STORE)
      store.putSync('b', HALF, PROCESS)
      for (let i = 0; i < 100 && count() === 0; i++) await turn()
      await turn()
      expect(await codeOf(() => store.put('c', 'x', PROCESS))).toBe('POISONED')
      await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' })
      expect(disk.changesSince(since).filter((change) => change.startsWith('unlink'))).toEqual([])
      expect(await contentOn(disk.powerCut())).toBe(`a=${'x'.repeat(100)}`)
    },
  )

  test('is made once more, when it is needed, where it could not be made for want of space', async () => {
    const disk = new FaultDisk()
    const store = await disk.open(OPTIONS)
    await store.put('a', 'x'.repeat(100))
    disk.failNext('open', '.wal', 'ENOSPC')
    await store.put('b', HALF, PROCESS)
    await turn()
    expect(logsOn(disk)).toHaveLength(1)
    // Nobody is told, and it is not tried at every write.
    for (const key of 'cde') await store.put(key, 'small', PROCESS)
    expect(logsOn(disk)).toHaveLength(1)
    await store.put('f', HALF, PROCESS)
    expect(logsOn(disk).length).toBeGreaterThan(1)
    await store.close()
    expect(await contentOn(disk)).toContain(`f=${HALF}`)
  })
})
