import { randomInt } from 'node:crypto'
import { relative } from 'node:path'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { compactionIdle } from '../../test/support/compaction-idle.ts'
import { startProgress } from '../progress.ts'
import { freshScratch } from '../project.ts'
import { open } from '../store.ts'
import { countersOf } from './acknowledgements.ts'
import { readArguments } from './arguments.ts'
import { measureAwaitedWrites } from './awaited-writes.ts'
import { showConversations } from './conversations.ts'
import { type FirstLife, loadUntilKilled } from './first-life.ts'
import { loadMessages } from './load.ts'
import { MailCorpus } from './mail-corpus.ts'
import { proveMessages, requireIntact } from './proof.ts'
import { howToLook, recoveryLines, resultTable } from './report.ts'

const { messages, writers } = readArguments()

const count = (value: number): string => value.toLocaleString('en')

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

async function firstLife(directory: string): Promise<FirstLife> {
  const killAt = Math.floor((messages * randomInt(40, 60)) / 100)
  say(
    `A child loads them with ${count(writers)} concurrent durable writers; it is killed after ${count(killAt)} acknowledgements,`,
  )
  say('or a few more: those that were on their way.')
  const bar = startProgress('first life ', messages)
  const life = await loadUntilKilled({ directory, messages, writers, killAt, progress: (n) => bar.update(n) })
  bar.stop()
  say(`Killed with SIGKILL: ${count(life.count)} of ${count(messages)} messages were acknowledged.`)
  return life
}

/**
 * Proves what the first life acknowledged, and writes what is missing. Returns how long the writing took, in seconds.
 */
async function secondLife(store: KeyValueStore, corpus: MailCorpus, first: FirstLife): Promise<number> {
  const proof = await proveMessages(store, corpus, first.acknowledged)
  requireIntact(proof)
  say(
    `All ${count(first.count)} acknowledged messages are there, byte for byte; ${count(proof.unacknowledged)} more had got through.`,
  )
  let done = messages - proof.missing.length
  const bar = startProgress('second life', messages, done)
  const begun = performance.now()
  await loadMessages(store, corpus, proof.missing, writers, (index) => {
    first.acknowledged[index] = 1
    bar.update(++done)
  })
  bar.stop()
  return (performance.now() - begun) / 1000
}

async function run(): Promise<void> {
  const corpus = MailCorpus.load()
  say(`${count(messages)} chat messages from ${count(corpus.mails)} real mails, repeated under fresh conversation ids.`)
  const awaitedPerSecond = await measureAwaitedWrites(corpus, 300)
  const directory = freshScratch('mail-store')
  const life = await firstLife(directory)

  await using store = await open(directory)
  say(`Opened again. What recovery found:\n${recoveryLines(store.recovery)}`)
  const secondSeconds = await secondLife(store, corpus, life)
  const proof = await proveMessages(store, corpus, life.acknowledged)
  requireIntact(proof)
  say(`\n${await showConversations(store, corpus, Math.floor(messages / corpus.mails) - 1)}\n`)

  say('Waiting until compaction has caught up with the load.')
  await compactionIdle(store)
  const stats = store.stats()
  const acknowledged = life.acknowledged.reduce((sum, one) => sum + one, 0)
  const lives = [life.counters, countersOf(stats)]
  const loadSeconds = life.seconds + secondSeconds
  const recoveryMs = store.recovery.milliseconds
  say(
    resultTable({
      ...{ messages, writers, proof, awaitedPerSecond, stats, acknowledged, lives, loadSeconds, recoveryMs },
      killedAt: life.count,
    }),
  )
  say(howToLook(relative(process.cwd(), directory)))
}

await run().catch((error: unknown) => {
  process.stderr.write(`\nThe main job failed: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = 1
})
