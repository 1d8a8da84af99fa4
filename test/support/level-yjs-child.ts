import { writeSync } from 'node:fs'
import type { Doc } from 'yjs'
import { documentNames, documentOf, makeUpdate, openPersistence } from './level-yjs-documents.ts'

/** The process that gets killed: it stores updates, one after the other, until the end. */
export interface YjsPlan {
  readonly directory: string
  /** The number of its first update. */
  readonly first: number
}

const flushEvery = 61
const plan: YjsPlan = JSON.parse(process.argv[2]!)
const persistence = openPersistence(plan.directory)
const documents = new Map<string, Doc>()
for (const name of documentNames) documents.set(name, await persistence.getYDoc(name))

for (let n = plan.first; ; n++) {
  const name = documentOf(n)
  const clock = await persistence.storeUpdate(name, makeUpdate(documents.get(name)!, n))
  if (clock === null) throw new Error(`update ${n} was not stored`)
  // Synchronous, so that the parent has it whatever happens next.
  writeSync(1, `${n}\n`)
  if (n % flushEvery === 0) await persistence.flushDocument(name)
}
