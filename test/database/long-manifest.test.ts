import { expect, test } from 'vitest'
import type { StoreCore } from '../../src/database/store-core.ts'
import { JobRun } from '../../src/fs/job-run.ts'
import { contentOf, FaultDisk } from '../support/fault-store.ts'

/** More than a manifest may grow before it is written afresh. */
const LONG = { id: 7, name: 'x'.repeat(1 << 21), comparator: 'bytes', mergeOperator: '', codec: '', strategy: '' }

test('an edit that is durable succeeds, also where the manifest, grown long, cannot be written afresh', async () => {
  const disk = new FaultDisk()
  const store = await disk.open()
  const { manifest, context } = (store as unknown as { core: StoreCore }).core
  const failed = disk.failNext('open', 'MANIFEST-000002', 'EIO', 100)
  await new JobRun(manifest.commit({ keyspaces: [LONG] }), context.driver).finish()
  expect(failed()).toBe(1)
  expect(manifest.state.keyspaces.get(LONG.id)?.name).toBe(LONG.name)
  // A life begins with such an edit: were it taken for failed, the log that it names would be removed.
  await store.put('a', '1')
  const cut = disk.powerCut()
  const again = await cut.open()
  expect(contentOf(again)).toBe('a=1')
  await again.close()
  await store.close()
  expect(disk.openFiles).toBe(0)
})
