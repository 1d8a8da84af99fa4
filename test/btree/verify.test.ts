import { expect, test } from 'vitest'
import { openOn } from '../support/btree-harness.ts'
import { FaultDisk } from '../support/fault-store.ts'
import { ManualRuntime, settle } from '../support/manual-runtime.ts'

test('a promise that is appended while a log is verified is no damage, whenever it comes', async () => {
  for (let turns = 0; turns < 6; turns++) {
    const disk = new FaultDisk()
    const runtime = new ManualRuntime()
    const store = await openOn(disk, { runtime, syncIntervalMs: 50 })
    await store.put('a', '1', { durability: 'process' })
    const before = disk.calls.length
    runtime.holdsYields = true
    const verified = store.verify()
    await settle()
    for (let i = 0; i < turns; i++) await runtime.grantYields()
    await runtime.advance(100)
    expect(disk.changesSince(before).filter((change) => change.startsWith('append'))).toHaveLength(1)
    runtime.holdsYields = false
    await runtime.grantYields()
    expect((await verified).problems).toEqual([])
    await store.close()
  }
})
