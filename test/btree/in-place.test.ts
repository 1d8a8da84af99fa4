import { expect, test } from 'vitest'
import { keyOf, openOn, protections, treeOn } from '../support/btree-harness.ts'
import { FaultDisk, STORE } from '../support/fault-store.ts'

for (const tornPageProtection of protections) {
  test(`a checkpoint that a synchronous write makes syncs each file before the next step: ${tornPageProtection}`, async () => {
    const disk = new FaultDisk()
    const store = await openOn(disk, { tornPageProtection, checkpointRows: 10, checkpointPace: 'at-once' })
    for (let i = 0; i < 10; i++) store.putSync(keyOf(i), 'x', { durability: 'process' })
    const since = disk.calls.length
    store.putSync(keyOf(10), 'x', { durability: 'process' })
    const changes = disk.changesSince(since)
    const place = (change: string): number => changes.findIndex((each) => each.startsWith(change))
    const steps = [`write ${STORE}/pages`, `sync ${STORE}/pages`, `rename ${STORE}/CHECKPOINT`, `unlink ${STORE}/0`]
    if (tornPageProtection === 'double-write') {
      steps.unshift(`write ${STORE}/double-write`, `sync ${STORE}/double-write`)
    }
    const places = steps.map(place)
    expect(places).not.toContain(-1)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect((await treeOn(disk.powerCut())).split(' ')).toHaveLength(20)
    await store.close()
  })
}
