import { VarveLevel as ClassicLevel } from 'varve/level'

const db = new ClassicLevel<string, { name: string }>('./my-level', { valueEncoding: 'json' })

await db.put('user:1', { name: 'Ada' }, { sync: true })
for await (const [key, { name }] of db.iterator({ gte: 'user:' })) console.log(key, name)

await db.close()
