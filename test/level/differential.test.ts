import fc from 'fast-check'
import { describe, test } from 'vitest'
import { requireAgreement } from '../support/level-agreement.ts'
import { aLevelCase } from '../support/level-cases.ts'
import { allSources } from '../support/level-sources.ts'

describe('memory-level, classic-level and Varve', () => {
  test('answer the same to the same operations', { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(aLevelCase, (levelCase) => requireAgreement(levelCase, allSources))
    await fc.assert(property, { numRuns: 200, seed: 1 })
  })
})
