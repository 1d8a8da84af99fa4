import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { openBTree } from '../../src/btree/open-btree.ts'
import { open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'

test('a store prints as its directory, on the console and in JSON, and not as its engine', async () => {
  const fileSystem = new MemoryFileSystem()
  for (const store of [await open('/lsm', { fileSystem }), await openBTree('/btree', { fileSystem })]) {
    const { directory } = JSON.parse(JSON.stringify(store))
    expect(JSON.stringify({ store })).toBe(`{"store":{"directory":"${directory}"}}`)
    using snapshot = store.snapshot()
    expect(JSON.stringify(snapshot)).toBe(JSON.stringify(store))
    expect(inspect(store)).toMatch(/^\w+ \{ directory: '\/(lsm|btree)', open \}$/)
    expect(Object.keys(store)).not.toContain('toJSON')
    await store.close()
    expect(inspect(store)).toContain('closed')
  }
})
