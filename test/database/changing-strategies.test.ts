import { describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { compactionIdle } from '../support/compaction-idle.ts'
import { STRATEGIES, TINY } from '../support/lsm-harness.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

const names = Object.keys(STRATEGIES)
const pairs = names.flatMap((first) => names.filter((name) => name !== first).map((second) => [first, second] as const))

describe('a store that was written with one strategy goes on with another', () => {
  test.each(pairs)('%s, then %s, and back', async (first, second) => {
    const fileSystem = new MemoryFileSystem()
    const random = seededNumbers(5)
    const model = new Map<string, string>()
    for (const [life, name] of [first, second, first].entries()) {
      const store = await open('/store', { ...TINY, fileSystem, encoding: 'utf8', compaction: STRATEGIES[name]!() })
      for (let i = 0; i < 150; i++) {
        const key = `k${random() % 80}`
        if (random() % 4 === 0) {
          model.delete(key)
          await store.delete(key)
        } else {
          model.set(key, `${life}.${i}`)
          await store.put(key, `${life}.${i}`)
        }
      }
      await compactionIdle(store)
      expect(new Map(store.scan())).toEqual(new Map([...model].sort()))
      for (const [key, value] of model) expect(store.getSync(key)).toBe(value)
      expect((await store.verify()).problems).toEqual([])
      await store.close()
    }
  })
})
