import { open, timeWindow } from 'varve'

const HOUR_MS = 3_600_000

const db = await open('./measurements', {
  encoding: 'utf8',
  durability: 'process',
  blockCacheBytes: 128 << 20,
  compaction: timeWindow({ windowMs: HOUR_MS, maxAgeMs: 24 * HOUR_MS }),
})
await db.put(`${new Date().toISOString()} sensor 7`, '21.5')
for (const [key, value] of db.scan({ reverse: true, limit: 10 })) console.log(key, value)
await db.close()
