import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareBytes } from '../../src/bytes/compare.ts'
import { Version } from '../../src/manifest/version.ts'
import { tableEntry } from '../support/table-entries.ts'

/** Keys with much or nothing in common, that end within their heads, or hold zeros. */
const keys = fc
  .tuple(
    fc.constantFrom('', 'user:', 'a-prefix-longer-than-a-head-'),
    fc.uniqueArray(fc.uint8Array({ maxLength: 9, max: 2 }), { minLength: 2, maxLength: 40, selector: String }),
  )
  .map(([prefix, ends]) => ends.map((end) => Uint8Array.of(...Buffer.from(prefix), ...end)).sort(compareBytes))

test('a search of a run finds what looking at every table finds, whatever the keys have in common', () => {
  fc.assert(
    fc.property(keys, (keys) => {
      const tables = []
      for (let i = 0; i + 1 < keys.length; i += 2) {
        tables.push(
          tableEntry({ number: i + 1, level: 1, run: 0, smallest: keys[i]!, largest: keys[i + 1]!, bytes: 10 }),
        )
      }
      const [search] = Version.of(tables).searches
      const near = keys.flatMap((key) => [key, key.slice(0, -1), Uint8Array.of(...key, 0), key.map((byte) => byte ^ 1)])
      for (const key of [...near, new Uint8Array(0), Uint8Array.of(255)]) {
        const holds = tables.find((t) => compareBytes(t.smallest, key) <= 0 && compareBytes(key, t.largest) <= 0)
        expect(search!.find(key)?.number).toBe(holds?.number)
      }
    }),
    { numRuns: 300 },
  )
})
