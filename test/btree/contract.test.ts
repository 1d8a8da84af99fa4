import { openBTree } from '../../src/btree/open-btree.ts'
import type { BTreeOptions, TornPageProtection } from '../../src/btree/options.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { kvStoreSuite } from '../contract/kv-store.suite.ts'
import { protections, TINY } from '../support/btree-harness.ts'
import type { StoreFactory } from '../support/contract-store.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

/** What a caller gave, unless it is no object: then opening is to see that. */
function asGiven(options: unknown): object {
  if (typeof options === 'object' && options !== null) return options
  return options === undefined ? {} : { notAnObject: options }
}

function onMemory(tornPageProtection: TornPageProtection): StoreFactory {
  return async () => {
    const fileSystem = new MemoryFileSystem()
    const fixed: BTreeOptions<'bytes'> = { ...TINY, tornPageProtection, fileSystem }
    return {
      open: (options) => openBTree<'bytes'>('/store', { ...fixed, ...asGiven(options) }),
      cleanup: async () => {},
    }
  }
}

const onNode: StoreFactory = async () => {
  const { directory, remove } = temporaryDirectory()
  return {
    open: (options) => openBTree<'bytes'>(`${directory}/store`, { ...TINY, ...asGiven(options) }),
    cleanup: async () => remove(),
  }
}

for (const protection of protections) kvStoreSuite(`the B-tree, ${protection}, on a memory disk`, onMemory(protection))
kvStoreSuite('the B-tree on a node disk', onNode)
