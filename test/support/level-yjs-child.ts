import { writeSync } from 'node:fs'
import type { Doc } from 'yjs'
import { documentNames, documentOf, makeUpdate, openPersistence } from './level-yjs-documents.ts'

/**
 * The process that gets killed: it stores updates, one after the other, until the end. Of each acknowledged one it
 * tells the number, and how many flushes and compactions were before it.
 */
export interface YjsPlan {
  readonly directory: string
  /** The number of its first update. */
  readonly first: number
  /** After so many acknowledgements it kills itself, before anything that a later turn of the event loop would do. */
  readonly lastAcknowledgement: number | undefined
}

const flushEvery = 61
const plan: YjsPlan = JSON.parse(process.argv[2]!)
const persistence = openPersistence(plan.directory)
const documents = new Map<string, Doc>()
for (const name of documentNames) documents.set(name, await persistence.getYDoc(name))

for (let n = plan.first; ; n++) {
  const name = documentOf(n)
  const { flushes, compactions } = await persistence._transact(async (database) => database.stats())
  const clock = await persistence.storeUpdate(name, makeUpdate(documents.get(name)!, n))
  if (clock === null) throw new Error(`update ${n} was not stored`)
  // Synchronous, so that the parent has it whatever happens next.
  writeSync(1, `${n} ${flushes} ${compactions}\n`)
  if (n - plan.first + 1 === plan.lastAcknowledgement) process.kill(process.pid, 'SIGKILL')
  if (n % flushEvery === 0) await persistence.flushDocument(name)
}
