import { expect, test } from 'vitest'
import { simulatedBTree } from '../support/btree-harness.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

const ROWS = 30_000
const DISTANCE = 1500

test('with checkpoints at once, pages are written and first touched as often as theory says', async () => {
  const numbers = seededNumbers(11)
  const { store } = await simulatedBTree({
    pageBytes: 8192,
    cacheBytes: 256 << 20,
    checkpointRows: DISTANCE,
    checkpointLogBytes: 1 << 30,
    checkpointPace: 'at-once',
  })
  const value = new Uint8Array(100)
  let touched = 0
  for (let done = 0; done < ROWS; done += DISTANCE) {
    const { leaves } = store.shape()
    // Of so many leaves, those that are hit by any of the rows of one distance.
    touched += leaves * (1 - Math.exp(-DISTANCE / leaves))
    for (let i = 0; i < DISTANCE; i += 250) {
      const operations = Array.from({ length: 250 }, () => {
        const key = new Uint8Array(new Uint32Array([numbers(), numbers(), numbers(), numbers()]).buffer)
        return { type: 'put', key, value } as const
      })
      await store.batch(operations, { durability: 'none' })
    }
  }
  await store.flush()
  const { pager } = store.stats().btree
  const { checkpoint, extension, eviction } = pager.pagesWritten
  expect(pager.checkpoints).toMatchObject({ rows: ROWS / DISTANCE - 1, flush: 1 })
  expect(eviction).toBe(0)
  // Each leaf is new once, and then written once for each distance in which it is touched.
  const written = (checkpoint + extension) / (touched + store.shape().leaves)
  expect(written).toBeGreaterThan(0.95)
  expect(written).toBeLessThan(1.05)
  expect(pager.firstTouches / touched).toBeGreaterThan(0.95)
  expect(pager.firstTouches / touched).toBeLessThan(1.05)
  expect(pager.fullPageImages).toBe(pager.firstTouches)
  const imageBytes = pager.logBytes.fullPageImage / pager.fullPageImages
  expect(imageBytes / (8192 * Math.LN2)).toBeGreaterThan(0.95)
  expect(imageBytes / (8192 * Math.LN2)).toBeLessThan(1.05)
  await store.close()
})
