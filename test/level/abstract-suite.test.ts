import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { endOf, startChild } from '../support/level-child.ts'
import type { DatabaseKind } from '../support/level-databases.ts'
import type { SuitePlan } from '../support/level-suite-child.ts'
import type { TapeSummary } from '../support/level-tape.ts'

const root = mkdtempSync(join(tmpdir(), 'varve-abstract-'))
afterAll(() => rm(root, { recursive: true, force: true }), 60_000)

/** The suite leaves some 500 databases open; the child has to end nevertheless, for nothing makes it. */
async function summaryOf(kind: DatabaseKind): Promise<TapeSummary> {
  const plan: SuitePlan = { kind, root }
  const { code, output, errors } = await endOf(startChild('level-suite-child', plan, root), 120_000)
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  return JSON.parse(output)
}

describe("abstract-level's own suite", () => {
  test('passes whole, as much of it as with classic-level', { timeout: 300_000 }, async () => {
    const [varve, classic] = await Promise.all([summaryOf('varve'), summaryOf('classic')])
    expect(varve).toEqual({ ...classic, skipped: 0, failures: [] })
    // What tape counts for classic-level 3; less means that the manifest promises less.
    expect(varve.assertions).toBe(5168)
  })

  test('passes whole in memory', { timeout: 150_000 }, async () => {
    const { failures, skipped, assertions } = await summaryOf('varve in memory')
    expect({ failures, skipped, assertions }).toEqual({ failures: [], skipped: 0, assertions: 5168 })
  })
})
