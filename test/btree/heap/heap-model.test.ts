import { openBTree } from '../../../src/btree/open-btree.ts'
import { seededChoices } from '../../../src/testing/choices.ts'
import { SimulatedHarness } from '../../../src/testing/store-harness.ts'
import { modelTest } from '../../model/model.suite.ts'
import { TINY } from '../../support/btree-harness.ts'

modelTest(
  'a heap with its index, on a disk that loses what was not synced,',
  async () =>
    new SimulatedHarness(
      (fileSystem, runtime) =>
        openBTree<'bytes'>('/store', {
          ...TINY,
          pageBytes: 16384,
          cacheBytes: 256 << 10,
          layout: 'heap',
          fileSystem,
          runtime,
        }),
      { profile: 'posix-minimal', choices: seededChoices(1, { benign: 0.5 }) },
    ),
  { runs: 20, maxCommands: 50, blockBytes: 100 },
)
