import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BoundedCursor } from '../../src/iterator/bounded-cursor.ts'
import { VisibleCursor } from '../../src/iterator/visible-cursor.ts'
import type { ScanCursor } from '../../src/kv-store/scan-cursor.ts'
import { ArrayCursor } from '../support/array-cursor.ts'
import { type ModelEntry, modelEntries, modelEntry, tinyKey } from '../support/model-entry.ts'
import { describeEntry, describeSlices, visibleEntries } from '../support/visible-model.ts'

type Bound = Uint8Array | undefined

function bounded(entries: readonly ModelEntry[], lower: Bound, upper: Bound, reverse: boolean): BoundedCursor {
  return new BoundedCursor(new VisibleCursor(new ArrayCursor(entries), 20), lower, upper, reverse, () => {})
}

/** What is within the bounds, in the scan's direction. */
function inBounds(entries: readonly ModelEntry[], lower: Bound, upper: Bound, reverse: boolean): ModelEntry[] {
  const within = visibleEntries(entries, 20).filter(({ key }) => {
    return (!lower || Buffer.compare(key, lower) >= 0) && (!upper || Buffer.compare(key, upper) < 0)
  })
  return reverse ? within.reverse() : within
}

function rest(cursor: ScanCursor): string[] {
  const met = []
  while (cursor.advance()) met.push(describeSlices(cursor))
  expect(cursor.advance()).toBe(false)
  return met
}

const bound = fc.option(tinyKey, { nil: undefined })

describe('a bounded cursor', () => {
  test('passes once over what lies within its bounds, empty and inverted ones included', () => {
    const property = fc.property(
      modelEntries(tinyKey, 40),
      bound,
      bound,
      fc.boolean(),
      (entries, low, high, reverse) => {
        const expected = inBounds(entries, low, high, reverse).map(describeEntry)
        expect(rest(bounded(entries, low, high, reverse))).toEqual(expected)
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  test('seeks forth and back, clamped to its bounds', () => {
    const jumps = fc.array(fc.tuple(tinyKey, fc.nat(4)), { maxLength: 8 })
    const property = fc.property(
      modelEntries(tinyKey, 40),
      bound,
      bound,
      fc.boolean(),
      jumps,
      (entries, low, high, reverse, seeks) => {
        const within = inBounds(entries, low, high, reverse)
        const cursor = bounded(entries, low, high, reverse)
        for (const [key, steps] of seeks) {
          const target = Uint8Array.from(key)
          cursor.seek(target)
          target.fill(0x55)
          const past = within
            .filter((entry) => Buffer.compare(entry.key, key) * (reverse ? -1 : 1) >= 0)
            .map(describeEntry)
          for (let i = 0; i < steps; i++) {
            expect(cursor.advance() ? describeSlices(cursor) : undefined).toBe(past[i])
          }
        }
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  test('goes on after a seek from its end', () => {
    const cursor = bounded([modelEntry(Uint8Array.of(1), 1)], undefined, undefined, false)
    expect(rest(cursor)).toEqual(['01=01@1'])
    cursor.seek(new Uint8Array(0))
    expect(rest(cursor)).toEqual(['01=01@1'])
  })

  test('closes once, and then finds nothing', () => {
    const child = new ArrayCursor([modelEntry(Uint8Array.of(1), 1)])
    let released = 0
    const cursor = new BoundedCursor(new VisibleCursor(child, 1), undefined, undefined, false, () => released++)
    expect(cursor.advance()).toBe(true)
    cursor.close()
    cursor.close()
    cursor.seek(Uint8Array.of(1))
    expect(cursor.advance()).toBe(false)
    expect(released).toBe(1)
    expect(child.closed).toBe(true)
  })
})
