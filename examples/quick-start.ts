import { open } from 'varve'

const db = await open('./my-store')

await db.put('user:1', 'Ada') // resolves once it survives a power cut; reads see it from then on
await db.batch([
  // all or nothing
  { type: 'put', key: 'user:2', value: 'Grace' },
  { type: 'delete', key: 'user:1' },
])
await db.get('user:2', { encoding: 'utf8' }) // 'Grace'; without an encoding, its bytes

for (const [key, value] of db.scan({ prefix: 'user:', encoding: 'utf8' })) console.log(key, value)

await db.close() // or `await using db` in TypeScript
