import { SortedMapStore, sortedMedium } from '../support/sorted-map-store.ts'
import { kvStoreSuite } from './kv-store.suite.ts'

kvStoreSuite('the sorted map', async () => {
  const medium = sortedMedium()
  return { open: (options) => SortedMapStore.open<'bytes'>(medium, options as undefined), cleanup: async () => {} }
})
