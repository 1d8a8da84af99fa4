import { open } from 'varve'

const db = await open('./my-store', { readOnly: true }) // writes nothing; LOCKED while a writer lives

console.log(db.recovery) // what opening found: replayed, dropped, cleaned up
console.log(await db.count()) // keys
console.log(await db.verify()) // reads every byte; rejects with CORRUPTION and a report
console.log(db.stats().levels) // tables, runs and bytes of each level
for (const value of db.scan({ limit: 10, encoding: 'utf8' }).values()) console.log(value)

await db.close()
