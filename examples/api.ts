import { open, VarveError } from 'varve'

const db = await open('./api-store', { encoding: 'utf8' })

const written = db.put('user:1', 'Ada')
console.log(await db.get('user:1')) // undefined: the put has not resolved
await written
console.log(await db.get('user:1')) // 'Ada'

await db.batch([
  { type: 'put', key: 'user:2', value: 'Grace' },
  { type: 'put', key: 'mail:grace@example.org', value: 'user:2' },
  { type: 'delete', key: 'user:1' },
])

const before = db.snapshot()
await db.put('user:2', 'Grace Hopper')
console.log(before.getSync('user:2'), db.getSync('user:2')) // 'Grace', 'Grace Hopper'
before.close()

const days = ['01', '02', '03', '04', '05', '06', '07', '08', '09']
await db.batch(days.map((day) => ({ type: 'put', key: `log:2026-01-${day}`, value: `entry of day ${day}` })))

const scan = db.scan({ prefix: 'log:' })
console.log(await scan.nextBatch(2)) // the entries of days 01 and 02
scan.seek('log:2026-01-07')
console.log(await scan.nextBatch(2)) // those of days 07 and 08
scan.close() // a loop or `all` would have closed it

const newest = db.scan({ prefix: 'log:', reverse: true, limit: 3 })
for await (const key of newest.keys()) console.log(key) // days 09, 08, 07

const { writtenBytes, writeAmplification, syncs, latency } = db.stats()
console.log(writtenBytes) // { wal: ..., flush: ..., compaction: ..., manifest: ... }
console.log(`${writeAmplification.toFixed(1)} bytes written for a byte that was put, ${syncs} syncs`)
console.log(`99 of 100 puts took ${latency.put.p99Ms.toFixed(2)} ms or less`)

async function putPatiently(key: string, value: string): Promise<number> {
  for (;;) {
    try {
      return await db.put(key, value)
    } catch (error) {
      if (!(error instanceof VarveError) || error.code !== 'OVERLOADED') throw error
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs))
    }
  }
}
await putPatiently('user:3', 'Barbara')

await db.close()
