import type { StoreContext as SharedContext } from '../store/store-context.ts'
import type { CheckedOpenOptions } from './options.ts'

/** What all parts of one open LSM store share. */
export type StoreContext = SharedContext<CheckedOpenOptions>
