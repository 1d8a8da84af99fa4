import { lsmHarness, STRATEGIES, TINY } from '../support/lsm-harness.ts'
import { modelTest } from './model.suite.ts'

for (const [name, strategy] of Object.entries(STRATEGIES)) {
  modelTest(`the LSM store, ${name},`, lsmHarness({ ...TINY, compaction: strategy() }), { runs: 150, maxCommands: 80 })
}
