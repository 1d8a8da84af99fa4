import { expect, test } from 'vitest'
import { openBTree } from '../../src/btree/open-btree.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'

test('a page that comes into a cache full of changed ones keeps the change for which it came', async () => {
  const fileSystem = new MemoryFileSystem()
  const options = { pageBytes: 4096, cacheBytes: 64 << 10, checkpointLogBytes: 2 ** 30, checkpointIntervalMs: 0 }
  const store = await openBTree<'bytes'>('/store', { ...options, fileSystem })
  const model = new Map<string, string>()
  for (let step = 0; step < 1500; step++) {
    const key = `key ${(step * 7919) % 1500}`
    const value = `${step} `.repeat((step * 31) % 120)
    store.putSync(key, value, { durability: 'none' })
    model.set(key, value)
  }
  const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString()
  for (const [key, value] of model) expect(text(store.getSync(key)), key).toBe(value)
  expect(store.shape().entries).toBe(model.size)
  await store.close()
})
