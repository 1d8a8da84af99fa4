import { expect, test } from 'vitest'
import { storeTraceViolations } from '../../src/testing/store-trace-rules.ts'
import { HISTORY_DIRECTORY, tracedHistory } from '../support/traced-history.ts'

test('300 histories with faults, kills, power cuts and re-openings break no rule of durability', async () => {
  const tally: Record<string, number> = {}
  for (let seed = 0; seed < 300; seed++) {
    const { trace, readOnlyLives } = await tracedHistory(seed, { trace: 'bytes', lives: 3 })
    const broken = storeTraceViolations(trace, { directory: HISTORY_DIRECTORY, readOnlyLives })
    expect(broken.map((violation) => ({ seed, ...violation }))).toEqual([])
    for (const { operation, category, result } of trace) {
      for (const kind of [operation, `${operation} ${category}`, `${operation} failed`]) {
        if (!kind.endsWith('failed') || (result !== 'ok' && result !== 'pending')) tally[kind] = (tally[kind] ?? 0) + 1
      }
    }
  }
  // Each kind that a rule is about was there.
  const kinds = [
    'killed',
    'power-cut',
    'lockHolder',
    'rename',
    'unlink',
    'append flush',
    'append compaction',
    'sync failed',
  ]
  for (const kind of [...kinds, 'append failed', 'syncDirectory failed'])
    expect([kind, tally[kind] ?? 0]).not.toEqual([kind, 0])
}, 300_000)
