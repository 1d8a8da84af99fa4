import { expect, test } from 'vitest'
import type { VarveError } from '../../src/errors.ts'
import { keyOf, simulatedBTree } from '../support/btree-harness.ts'
import { damage } from '../support/cli-run.ts'

const PAGE_BYTES = 4096

test.each(['clustered', 'heap'] as const)('verify has each damaged page once, with its place: %s', async (layout) => {
  const { store, disk } = await simulatedBTree({ layout })
  for (let i = 0; i < 600; i++) await store.put(keyOf(i), 'x'.repeat(100), { durability: 'none' })
  await store.close()
  const pages = [4, 5, 9, 12]
  for (const id of pages) damage(disk, '/store/pages', id * PAGE_BYTES + 500)
  const { store: again } = await simulatedBTree({ layout }, disk)
  const error: VarveError = await again.verify().then(
    () => expect.fail('nothing was found'),
    (reason) => reason,
  )
  const { problems } = error.report!
  expect(problems.map(({ offset }) => offset)).toEqual(pages.map((id) => id * PAGE_BYTES))
  expect(error.message).toContain('4 problems')
  await again.close()
})
