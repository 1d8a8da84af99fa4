import { open } from '../../src/database/open.ts'

// A process that comes to its end without closing its store, while threads flush and merge: they must not keep it alive.
const [directory = ''] = process.argv.slice(2)
const store = await open(directory, { background: 'threads', memtableBytes: 64 << 10 })
for (let i = 0; i < 5000; i++) {
  await store.put(`key-${(i * 7919) % 5000}`, 'v'.repeat(100), { durability: 'process' })
}
