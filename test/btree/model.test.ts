import { openBTree } from '../../src/btree/open-btree.ts'
import type { BTreeOptions, TornPageProtection } from '../../src/btree/options.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { Runtime } from '../../src/runtime.ts'
import { seededChoices } from '../../src/testing/choices.ts'
import { diskProfiles, type ProfileName, profileNames } from '../../src/testing/disk-profile.ts'
import { SimulatedHarness, type StoreHarness } from '../../src/testing/store-harness.ts'
import { modelTest } from '../model/model.suite.ts'
import { protections, TINY } from '../support/btree-harness.ts'

/** Whether a power cut on such a disk may leave a page half-written. */
function tears(profile: ProfileName): boolean {
  const { tornWrites, contents } = diskProfiles[profile]
  return tornWrites || contents === 'sectors'
}

function factoryOf(profile: ProfileName, tornPageProtection: TornPageProtection): () => Promise<StoreHarness> {
  const options: BTreeOptions<'bytes'> = { ...TINY, tornPageProtection, checkpointLogBytes: 4096 }
  const open = (fileSystem: FileSystem, runtime: Runtime): Promise<KeyValueStore> =>
    openBTree<'bytes'>('/store', { ...options, fileSystem, runtime })
  return async () => new SimulatedHarness(open, { profile, choices: seededChoices(1, { benign: 0.5 }) })
}

for (const profile of profileNames) {
  for (const protection of protections) {
    if (protection === 'none' && tears(profile)) continue
    // Values of about a page, so that a few keys fill several.
    const options = { runs: 12, maxCommands: 50, blockBytes: 900 }
    modelTest(`the B-tree, ${protection}, on a ${profile} disk,`, factoryOf(profile, protection), options)
  }
}
