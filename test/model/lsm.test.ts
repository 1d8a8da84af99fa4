import { open } from '../../src/database/open.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { Runtime } from '../../src/runtime.ts'
import { seededChoices } from '../../src/testing/choices.ts'
import type { ProfileName } from '../../src/testing/disk-profile.ts'
import { SimulatedHarness, type StoreHarness } from '../../src/testing/store-harness.ts'
import { lsmHarness, STRATEGIES, TINY } from '../support/lsm-harness.ts'
import { modelTest } from './model.suite.ts'

for (const [name, strategy] of Object.entries(STRATEGIES)) {
  modelTest(`the LSM store, ${name},`, lsmHarness({ ...TINY, compaction: strategy() }), { runs: 150, maxCommands: 80 })
}

const simulated: ProfileName[] = ['posix-minimal', 'ext4-ordered', 'btrfs', 'paranoid']

for (const profile of simulated) {
  const factory = async (): Promise<StoreHarness> => {
    const choices = seededChoices(1, { benign: 0.5 })
    const options = { ...TINY, compaction: STRATEGIES['leveled']!() }
    const openStore = (fileSystem: FileSystem, runtime: Runtime): Promise<KeyValueStore> =>
      open<'bytes'>('/store', { ...options, fileSystem, runtime })
    return new SimulatedHarness(openStore, { profile, choices })
  }
  modelTest(`the LSM store, in any order of steps on a ${profile} disk,`, factory, { runs: 30, maxCommands: 60 })
}
