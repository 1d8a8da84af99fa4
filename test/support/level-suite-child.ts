import { mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type DatabaseKind, databaseClasses, type ForeignLevel } from './level-databases.ts'
import { TapeRun } from './level-tape-run.ts'

/**
 * Runs abstract-level's own suite over one kind of database, and prints a summary. It never calls process.exit and
 * does not close what the suite leaves open: that nothing keeps the process alive is one of the things it proves.
 */
export interface SuitePlan {
  readonly kind: DatabaseKind
  /** Where the directories of the databases go; the parent removes them. */
  readonly root: string
}

type Suite = (options: { test: TapeRun['test']; factory: (options?: object) => ForeignLevel }) => void

const plan: SuitePlan = JSON.parse(process.argv[2]!)
const suite = createRequire(import.meta.url)('abstract-level/test/index.js') as Suite
const Database = databaseClasses[plan.kind]

const run = new TapeRun(20_000, ({ test, message }) => {
  process.exitCode = 1
  process.stderr.write(`${test}: ${message}\n`)
})
suite({ test: run.test, factory: (options) => new Database(mkdtempSync(join(plan.root, 'db-')), options) })
process.stdout.write(`${JSON.stringify(await run.run())}\n`)
