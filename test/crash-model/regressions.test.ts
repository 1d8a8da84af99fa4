import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { projectPath } from '../../bench/project.ts'
import { type CrashCase, runCase } from '../support/crash-run-case.ts'

/** A case that was found once, and what it showed. */
interface Regression extends CrashCase {
  readonly what: string
}

const folder = projectPath('test', 'regressions')

describe('cases that broke an invariant once', () => {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
    const regression = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Regression
    test(`${name}: ${regression.what}`, async () => {
      expect(await runCase(regression)).toBeUndefined()
    })
  }

  test('would be told: a case without choices is a run in which nothing happens', async () => {
    expect(await runCase({ profile: 'synced-only', choices: [] })).toBeUndefined()
  })
})
