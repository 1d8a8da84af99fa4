import fs from 'node:fs'
import { type KeyValueStore, open, repair, VarveError } from 'varve'
import { openBTree } from 'varve/btree'
import { VarveLevel } from 'varve/level'

/**
 * What every runtime must do, run there as it stands: stores, threads, recovery, repair, the B-tree and the adapter. It
 * ends with a line of JSON that says whether flushes and merges ran in threads.
 */
function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`)
}

const SMALL = { memtableBytes: 64 << 10, durability: 'process' } as const
const KEYS = 5000

/** Tables that this thread, the main one, has made by itself. */
let tablesMade = 0
const { openSync } = fs
fs.openSync = (path, flags, mode) => {
  if (`${path}`.endsWith('.sst') && (Number(flags) & fs.constants.O_CREAT) !== 0) tablesMade++
  return openSync(path, flags, mode)
}

async function fill(store: KeyValueStore): Promise<void> {
  const puts: Promise<number>[] = []
  for (let i = 0; i < 2 * KEYS; i++) puts.push(store.put(`key ${(i * 7919) % KEYS}`, `${i}`.padEnd(100, '.')))
  await Promise.all(puts)
}

async function contents(directory: string, background: 'auto' | 'threads' | 'in-place'): Promise<string> {
  const store = await open(directory, { ...SMALL, background })
  await fill(store)
  await store.compact()
  check((await store.verify()).problems.length === 0, `${background}: the store verifies`)
  await store.put('last', 'durable', { durability: 'power' })
  await store.close()
  await using again = await open<'utf8'>(directory, { readOnly: true, encoding: 'utf8' })
  check((await again.count()) === KEYS + 1, `${background}: every key is there`)
  check(again.getSync('last') === 'durable', `${background}: the last write is there`)
  return JSON.stringify(again.scan({ reverse: true }).allSync())
}

async function others(): Promise<void> {
  const report = await repair('smoke-auto', 'smoke-repaired')
  check(report.complete, 'repair loses nothing')
  const level = new VarveLevel<string, number[]>('smoke-level', { valueEncoding: 'json' })
  await level.batch([{ type: 'put', key: 'a', value: [1] }])
  check((await level.iterator().all()).length === 1, 'the adapter iterates')
  await level.close()
  await using tree = await openBTree('smoke-btree')
  await fill(tree)
  check((await tree.count()) === KEYS, 'the B-tree counts')
  const refusal: unknown = await open('smoke-nowhere', { createIfMissing: false }).catch((error: unknown) => error)
  check(refusal instanceof VarveError && refusal.code === 'NOT_FOUND', 'a missing store is NOT_FOUND')
}

for (const name of ['auto', 'threads', 'in-place', 'repaired', 'level', 'btree']) {
  fs.rmSync(`smoke-${name}`, { recursive: true, force: true })
}
const inPlace = await contents('smoke-in-place', 'in-place')
check(tablesMade > 0, 'tables are counted')
check((await contents('smoke-auto', 'auto')) === inPlace, 'auto leaves what in-place leaves')
tablesMade = 0
check((await contents('smoke-threads', 'threads')) === inPlace, 'threads leave what in-place leaves')
const threads = tablesMade === 0
await others()
process.stdout.write(`${JSON.stringify({ ok: true, threads })}\n`)
