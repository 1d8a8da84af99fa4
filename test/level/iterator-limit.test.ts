import { describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/index.ts'
import { VarveLevel } from '../../src/level/varve-level.ts'

const keys = Array.from({ length: 60 }, (_, n) => `key-${String(n).padStart(2, '0')}`)

async function filled(): Promise<VarveLevel> {
  const db = new VarveLevel('/limit', { fileSystem: new MemoryFileSystem() })
  await db.batch(keys.map((key) => ({ type: 'put', key, value: key })))
  return db
}

describe('the limit of an iterator', () => {
  // The second next() reads ahead up to the limit; a seek leaves that unread.
  test.each(['keys', 'values'] as const)('%s() counts what was yielded, not what was read ahead', async (kind) => {
    await using db = await filled()
    for (const reverse of [false, true]) {
      const order = reverse ? keys.toReversed() : keys
      const options = { limit: 20, reverse }
      const iterator = kind === 'keys' ? db.keys(options) : db.values(options)
      expect([await iterator.next(), await iterator.next()]).toEqual(order.slice(0, 2))
      iterator.seek(order[5]!)
      expect(await iterator.next()).toBe(order[5])
      iterator.seek(order[0]!)
      expect(await iterator.nextv(3)).toEqual(order.slice(0, 3))
      expect(await iterator.all()).toEqual(order.slice(3, 17))
      expect(iterator.count).toBe(20)
    }
  })

  test('entries end at it, one by one and in batches, with a seek between', async () => {
    await using db = await filled()
    const iterator = db.iterator({ limit: 20 })
    for (let n = 0; n < 7; n++) expect(await iterator.next()).toEqual([keys[n], keys[n]])
    iterator.seek(keys[0]!)
    const read: string[] = []
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) read.push(entry[0])
    expect(read).toEqual(keys.slice(0, 13))
    expect(await iterator.nextv(1)).toEqual([])
    await iterator.close()
  })
})
