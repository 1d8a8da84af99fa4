import { type KeyValueStore, MemoryFileSystem, open } from 'varve'
import { expect, test } from 'vitest'
import { add } from '../../examples/counter.ts'
import { getFresh, putExpiring, sweep } from '../../examples/expiry.ts'

const memoryStore = (): Promise<KeyValueStore<'utf8'>> =>
  open('/recipes', { fileSystem: new MemoryFileSystem(), encoding: 'utf8' })

test('what expires is missing at its time, and the sweep leaves nothing of it', async () => {
  await using db = await memoryStore()
  await putExpiring(db, 'soon', 'a', 1000)
  await putExpiring(db, 'late', 'b', 20_000)
  expect([getFresh(db, 'soon', 999), getFresh(db, 'soon', 1000)]).toEqual(['a', undefined])
  expect(sweep(db, 999)).toBe(0)
  expect(sweep(db, 1000)).toBe(1)
  expect([...db.scan().keys()]).toEqual(['v:late', 'x:000000000020000:late'])
  expect([sweep(db, 20_000), await db.count()]).toEqual([1, 0])
})

test('a value that was put again with a later time is not swept, even where that put is still under way', async () => {
  await using db = await memoryStore()
  await putExpiring(db, 'id', 'first', 1000)
  const again = putExpiring(db, 'id', 'second', 9000)
  expect(db.getSync('v:id')).toContain('first')
  expect(sweep(db, 5000)).toBe(1)
  await again
  expect(getFresh(db, 'id', 5000)).toBe('second')
  expect(await db.count()).toBe(2)
})

test('increments at the same time are all counted, beside other writes', async () => {
  await using db = await memoryStore()
  const others = Array.from({ length: 10 }, (_, i) => db.put(`other ${i}`, ''))
  const sums = await Promise.all(Array.from({ length: 10 }, () => add(db, 'n', 1)))
  await Promise.all(others)
  expect([sums, await db.get('n')]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], '10'])
})
