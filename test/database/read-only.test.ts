import { describe, expect, test } from 'vitest'
import type { VarveError } from '../../src/errors.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { isChange } from '../support/recovery-calls.ts'
import { contentsOf, filesOf, openOn, STORE, textOf } from '../support/recovery-disk.ts'

const OPTIONS = { memtableBytes: 600, blockBytes: 64 }

/** Tables, and a log behind them; `end` says how the writer ended. */
async function written(
  end: 'closed' | 'killed',
): Promise<{ disk: MemoryFileSystem; contents: Record<string, string> }> {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk, OPTIONS)
  for (let i = 0; i < 40; i++) await store.put(`key ${i % 15}`, `${i}`.repeat(20))
  await store.delete('key 3')
  const contents = contentsOf(store)
  const image = disk.killed()
  await store.close()
  return { disk: end === 'closed' ? disk : image, contents }
}

for (const end of ['closed', 'killed'] as const) {
  describe(`a read-only opening of a ${end} store`, () => {
    test('reads everything and changes nothing, not even with its lock', async () => {
      const { disk, contents } = await written(end)
      const before = textOf(filesOf(disk))
      const faulty = new FaultyFileSystem(disk)
      const store = await openOn(faulty, { ...OPTIONS, readOnly: true })
      expect(contentsOf(store)).toEqual(contents)
      for (const [key, value] of Object.entries(contents)) expect(store.getSync(key)).toBe(value)
      expect(store.recovery).toMatchObject({ clean: end === 'closed', filesRemoved: [], tablesFlushed: 0 })
      await store.verify()
      await expect(store.put('a', '1')).rejects.toMatchObject({ code: 'READ_ONLY' })
      await expect(store.flush()).rejects.toMatchObject({ code: 'READ_ONLY' })
      await store.close()
      expect(faulty.calls.filter((call) => isChange(call) || call.operation === 'lock')).toEqual([])
      expect(textOf(filesOf(disk))).toEqual(before)
    })

    test('keeps its view, whatever a later writer changes and removes', async () => {
      const { disk, contents } = await written(end)
      const reader = await openOn(disk, { ...OPTIONS, readOnly: true, maxOpenFiles: 8, blockCacheBytes: 0 })
      const writer = await openOn(disk, OPTIONS)
      await writer.clear()
      for (let i = 0; i < 30; i++) await writer.put(`new ${i}`, 'x'.repeat(30))
      await writer.compact()
      await writer.close()
      expect(contentsOf(reader)).toEqual(contents)
      for (const [key, value] of Object.entries(contents)) expect(reader.getSync(key)).toBe(value)
      expect(reader.getSync('new 1')).toBeUndefined()
      await reader.close()
    })
  })
}

describe('readers and writers', () => {
  test('many may read at once; a reader does not keep a writer out', async () => {
    const { disk, contents } = await written('closed')
    const readers = await Promise.all([1, 2, 3].map(() => openOn(disk, { readOnly: true })))
    for (const reader of readers) expect(contentsOf(reader)).toEqual(contents)
    const writer = await openOn(disk)
    await expect(openOn(disk, { readOnly: true })).rejects.toMatchObject({ code: 'LOCKED' })
    await Promise.all([writer, ...readers].map((store) => store.close()))
  })

  test('a writer that comes while a reader opens makes it LOCKED, whatever the reader has found', async () => {
    const { disk } = await written('closed')
    let checked = 0
    for (let index = 0; ; index++) {
      let writer: Promise<{ release(): void }> | undefined
      const faulty = new FaultyFileSystem(disk)
      faulty.plan = (call) => {
        const isLate = faulty.calls.slice(0, -1).some(({ operation }) => operation === 'lockHolder')
        if (call.index !== index || !isLate || call.operation === 'lockHolder') return undefined
        writer = disk.lock(STORE)
        return { error: 'EIO' }
      }
      const code = await openOn(faulty, { readOnly: true }).then(
        (store) => store.close(),
        (error: VarveError) => error.code,
      )
      if (writer !== undefined) {
        expect(code).toBe('LOCKED')
        checked++
        ;(await writer).release()
      }
      if (faulty.calls.length <= index) break
    }
    expect(checked).toBeGreaterThan(5)
  })
})
