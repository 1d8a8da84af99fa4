import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fifo } from '../../src/compaction/fifo.ts'
import { timeWindow } from '../../src/compaction/time-window.ts'
import { RetentionStore } from '../support/retention-store.ts'

const STRATEGIES = {
  'fifo by size': () => fifo({ maxBytes: 3000 }),
  'fifo by age': () => fifo({ maxAgeMs: 60_000 }),
  'fifo by both': () => fifo({ maxBytes: 5000, maxAgeMs: 100_000 }),
  'time windows': () => timeWindow({ windowMs: 20_000, maxAgeMs: 50_000, mergeWidth: 2, tableBytes: 1024 }),
}

const KEYS = 12

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ key: fc.nat(KEYS - 1), bytes: fc.constantFrom(10, 80, 300) }) },
  { weight: 4, arbitrary: fc.record({ deleted: fc.nat(KEYS - 1) }) },
  { weight: 3, arbitrary: fc.record({ advanceMs: fc.constantFrom(100, 5_000, 15_000, 40_000) }) },
  { weight: 2, arbitrary: fc.constant('flush' as const) },
  { weight: 1, arbitrary: fc.constant('kill' as const) },
  { weight: 1, arbitrary: fc.constant('power cut' as const) },
)

interface LastWrite {
  readonly sequence: number
  readonly value: string | undefined
}

describe.each(Object.entries(STRATEGIES))('%s', (_name, make) => {
  test('what is left is what was written last, and never a value behind one that was dropped', async () => {
    let dropped = 0
    const history = async (
      steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
    ): Promise<void> => {
      const retention = await RetentionStore.open(make(), { memtableBytes: 1024, blockBytes: 64 })
      const model = new Map<string, LastWrite>()
      let forgotten = 0
      for (const each of steps) {
        if (each === 'flush') await retention.store.flush()
        else if (each === 'kill' || each === 'power cut') {
          dropped += retention.store.stats().droppedBytes
          await retention.crash(each, make(), { memtableBytes: 1024, blockBytes: 64 })
        } else if ('advanceMs' in each) await retention.advance(each.advanceMs)
        else await write(retention, model, each)
        await retention.rest()
        forgotten = proveSuffix(retention, model, forgotten)
        expect(retention.tableFiles).toBe(retention.tables)
      }
      dropped += retention.store.stats().droppedBytes
      await retention.store.close()
    }
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), history), {
      seed: 3,
      numRuns: 15,
    })
    expect(dropped).toBeGreaterThan(1000)
  })
})

async function write(
  { store }: RetentionStore,
  model: Map<string, LastWrite>,
  each: { readonly key: number; readonly bytes: number } | { readonly deleted: number },
): Promise<void> {
  if ('deleted' in each) {
    model.set(`k${each.deleted}`, { sequence: await store.delete(`k${each.deleted}`), value: undefined })
    return
  }
  const value = `${model.size}/${store.stats().sequence}`.padEnd(each.bytes, '.')
  model.set(`k${each.key}`, { sequence: await store.put(`k${each.key}`, value), value })
}

/** Returns up to which sequence all is forgotten: that never goes back. */
function proveSuffix(
  { store }: RetentionStore,
  model: ReadonlyMap<string, LastWrite>,
  forgottenBefore: number,
): number {
  let lost = forgottenBefore
  let kept = Number.POSITIVE_INFINITY
  for (const [key, { sequence, value }] of model) {
    const found = store.getSync(key, { encoding: 'utf8' })
    if (value === undefined) expect(found).toBeUndefined()
    else if (found === undefined) lost = Math.max(lost, sequence)
    else {
      expect(found).toBe(value)
      kept = Math.min(kept, sequence)
    }
  }
  expect(lost).toBeLessThan(kept)
  return lost
}
