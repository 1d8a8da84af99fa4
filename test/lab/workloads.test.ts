import { describe, expect, test } from 'vitest'
import { Client } from '../../bench/lab/client.ts'
import { SeededRandom } from '../../bench/lab/random.ts'
import type { Workload, WorkloadInput } from '../../bench/lab/workload.ts'
import { CHAT_MIX, chat } from '../../bench/lab/workloads/chat.ts'
import { DB_BENCH_READS } from '../../bench/lab/workloads/db-bench-reads.ts'
import { DB_BENCH_WRITES } from '../../bench/lab/workloads/db-bench-writes.ts'
import { overwriteUniform, overwriteZipfian, randomLoad, sequentialLoad } from '../../bench/lab/workloads/load.ts'
import { timeSeries } from '../../bench/lab/workloads/time-series.ts'
import { chooseOperation, YCSB_MIXES, type YcsbName, ycsb } from '../../bench/lab/workloads/ycsb.ts'
import { MemoryFileSystem, open } from '../../src/index.ts'

const INPUT: WorkloadInput = { records: 300, operations: 400, seed: 3 }

const makers: Record<string, (input: WorkloadInput) => Workload> = {
  ...DB_BENCH_WRITES,
  ...DB_BENCH_READS,
  ...Object.fromEntries(
    [randomLoad, sequentialLoad, overwriteUniform, overwriteZipfian, timeSeries, chat].map((make) => [make.name, make]),
  ),
  ...Object.fromEntries(
    (Object.keys(YCSB_MIXES) as YcsbName[]).map((name) => [`ycsb ${name}`, (input) => ycsb(name, input)]),
  ),
}

/** Runs a workload to its end on a store in memory; returns what its client counted, and the bytes that are really live. */
async function play(make: (input: WorkloadInput) => Workload): Promise<{ client: Client; live: number; user: number }> {
  await using store = await open('/lab', { fileSystem: new MemoryFileSystem(), memtableBytes: 16 << 10 })
  const client = new Client(store)
  const workload = make(INPUT)
  await workload.load?.(client)
  for (let i = 0; i < workload.operations; i++) await workload.step(client, i)
  await client.settle()
  for (let i = 0; i < 20; i++) {
    if (workload.presentKey !== undefined) expect(store.hasSync(workload.presentKey(i, workload.operations))).toBe(true)
    if (workload.missingKey !== undefined) expect(store.hasSync(workload.missingKey(i))).toBe(false)
  }
  let live = 0
  for (const [key, value] of store.scan()) live += key.length + value.length
  return { client, live, user: store.stats().userBytes }
}

describe('every workload', () => {
  test.each(Object.entries(makers))(
    '%s: counts what it writes and what is live, and knows its keys',
    async (name, make) => {
      const { client, live, user } = await play(make)
      expect(client.userBytes).toBe(user)
      // What may expire is not counted as live from then on.
      if (name === 'timeSeries') expect(client.liveBytes).toBeLessThan(live)
      else expect(client.liveBytes).toBe(live)
    },
  )

  test('is the same for the same seed', async () => {
    const counts = async (): Promise<number[]> => {
      const { client, live } = await play(chat)
      return [client.userBytes, client.liveBytes, client.lookups, live]
    }
    expect(await counts()).toEqual(await counts())
  })
})

describe('mixes', () => {
  test('the shares of YCSB are those of its core workloads', () => {
    for (const mix of Object.values(YCSB_MIXES)) {
      const { choice: _, ...shares } = mix
      expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBe(100)
      const random = new SeededRandom(11)
      const counts: Record<string, number> = {}
      for (let i = 0; i < 20_000; i++) {
        const operation = chooseOperation(mix, random)
        counts[operation] = (counts[operation] ?? 0) + 1
      }
      for (const [name, share] of Object.entries(shares)) {
        expect(Math.abs((counts[name] ?? 0) / 200 - share)).toBeLessThan(1.5)
        if (share === 0) expect(counts[name]).toBeUndefined()
      }
    }
  })

  test('the shares of the chat make a whole', () => {
    expect(Object.values(CHAT_MIX).reduce((sum, share) => sum + share, 0)).toBe(100)
  })
})
