import { expect, test } from 'vitest'
import { disagreement } from '../support/metamorphic-compare.ts'
import type { PlainOperation } from '../support/metamorphic-operations.ts'
import { OPTION_SETS } from '../support/metamorphic-sets.ts'

/** `bench/soak/metamorphic.ts --seed 1028`, reduced. The run ends with `verify()`, beside which the batch is flushed. */
const OPERATIONS: readonly PlainOperation[] = [
  { op: 'delete', key: 'a' },
  { op: 'reopen' },
  { op: 'batch', puts: { k: 'x'.repeat(600) }, deletes: [] },
]

test('verify() does not call a log missing that a flush removed while it read another one', async () => {
  for (const set of OPTION_SETS) expect(await disagreement(OPERATIONS, set), set.name).toBeUndefined()
})
