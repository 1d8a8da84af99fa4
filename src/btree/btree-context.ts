import type { StoreContext } from '../store/store-context.ts'
import type { CheckedBTreeOptions } from './options.ts'

/** What all parts of one open B-tree share. */
export type BTreeContext = StoreContext<CheckedBTreeOptions>
