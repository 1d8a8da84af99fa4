import { leveled, nodeFileSystem, open } from '../../src/index.ts'
import { KillSwitch, withKillSwitch } from './kill-file-system.ts'
import { type ChildPlan, sendWord, wordKinds } from './kill-life.ts'
import { issueKillWrite, killWrite } from './kill-workload.ts'

/**
 * The process that gets killed: a store with tiny memtables and concurrent writers that go on until the end. It tells
 * its parent, each by a synchronous write to descriptor 3, how far writes may have been issued, and each acknowledged
 * durable one.
 */
const plan: ChildPlan = JSON.parse(process.argv[2]!)
const reserved = 64
let next = 0

const kill = new KillSwitch(plan.kill, () => {
  sendWord(wordKinds.struck, 0)
  process.kill(process.pid, 'SIGKILL')
})

// A point is watched for in this thread. Whoever is killed at any moment may as well have others at work.
const watched = { fileSystem: withKillSwitch(nodeFileSystem, kill) }
const store = await open(plan.directory, {
  ...(plan.kill.point === 'moment' ? { background: 'threads' as const } : watched),
  memtableBytes: 16 << 10,
  syncIntervalMs: 20,
  compaction: leveled({ sizeRatio: 4, level0Tables: 2, tableBytes: 16 << 10 }),
})
kill.opened()
sendWord(wordKinds.opened, 0)

async function write(): Promise<never> {
  for (;;) {
    const n = next++
    if (n % reserved === 0) sendWord(wordKinds.limit, n + reserved)
    const one = killWrite(plan.seed, plan.life, n)
    await issueKillWrite(store, one)
    if (one.durability !== 'none') sendWord(wordKinds.acknowledged, n)
  }
}

await Promise.all(Array.from({ length: plan.writers }, write))
