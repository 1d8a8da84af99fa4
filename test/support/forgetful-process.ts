import { fifo } from '../../src/compaction/fifo.ts'
import { open } from '../../src/database/open.ts'

// A process that writes to a store and comes to its end without closing it: nothing of the store may keep it alive.
const [directory = ''] = process.argv.slice(2)
const store = await open(directory, { syncIntervalMs: 3_600_000, compaction: fifo({ maxAgeMs: 3_600_000 }) })
for (let i = 0; i < 100; i++) await store.put(`k${i}`, 'v', { durability: 'process' })
await store.flush()
await store.put('last', 'v', { durability: 'process' })
