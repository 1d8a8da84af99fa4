import { expect, test } from 'vitest'
import { failOnce } from '../../src/testing/fault-plan.ts'
import { openOn, simulatedBTree, treeOn } from '../support/btree-harness.ts'
import { FaultDisk, STORE } from '../support/fault-store.ts'
import { ManualRuntime } from '../support/manual-runtime.ts'

const TORN = { error: 'EIO', afterBytes: 5 } as const

function logsOf({ disk }: FaultDisk): string[] {
  return disk.list(STORE).filter((name) => name.endsWith('.log'))
}

test('a write that was refused is not found by the next opening, though all of it reached the log', async () => {
  const { store, disk } = await simulatedBTree()
  await store.put('a', '1')
  disk.faults = failOnce({ error: 'EIO', afterEffect: true }, { operation: 'append', path: '.log' })
  await expect(store.put('b', '2')).rejects.toMatchObject({ code: 'IO', outcome: 'not-applied' })
  const again = await simulatedBTree({}, disk.killed())
  expect([...again.store.scan({ encoding: 'utf8' }).keys()]).toEqual(['a'])
  await again.store.close()
  await store.close()
})

test('what a failed promise left in the log is cut off before the next log links to it, and hides nothing', async () => {
  const disk = new FaultDisk()
  const runtime = new ManualRuntime()
  const store = await openOn(disk, { runtime, syncIntervalMs: 50 })
  await store.put('a', '1')
  const failed = disk.failNext('append', '.log', TORN)
  await runtime.advance(100)
  expect(failed()).toBe(1)
  const since = disk.calls.length
  await store.put('b', '2')
  const [first, second] = logsOf(disk)
  const changes = disk.changesSince(since)
  const cut = changes.indexOf(`truncate ${STORE}/${first}`)
  expect(cut).toBeGreaterThanOrEqual(0)
  const made = changes.indexOf(`append ${STORE}/${second}`)
  const linked = changes.indexOf(`append ${STORE}/${second}`, made + 1)
  expect(cut).toBeLessThan(linked)
  expect(changes.indexOf(`sync ${STORE}/${first}`, cut)).toBeLessThan(linked)
  expect(await treeOn(disk.powerCut())).toBe('a=1 b=2')
  await store.close()
})

test('a third log, while a checkpoint is on its way, links to the second only when the first is whole on disk', async () => {
  const disk = new FaultDisk()
  const runtime = new ManualRuntime()
  const store = await openOn(disk, { runtime, checkpointRows: 2 })
  store.putSync('a', '1', { durability: 'process' })
  store.putSync('b', '2', { durability: 'process' })
  // No turn of the event loop from here on: the checkpoint that begins, and would sync the first log, does not go on.
  store.putSync('c', '3', { durability: 'process' })
  disk.failNext('append', '.log', TORN)
  expect(() => store.putSync('x', '4', { durability: 'process' })).toThrow()
  const [first, second] = logsOf(disk)
  const since = disk.calls.length
  store.putSync('d', '5')
  const third = logsOf(disk).at(-1)
  expect(third).not.toBe(second)
  const changes = disk.changesSince(since)
  const appends = changes.flatMap((change, at) => (change === `append ${STORE}/${third}` ? [at] : []))
  // Header, link, write.
  expect(appends).toHaveLength(3)
  expect(changes.indexOf(`sync ${STORE}/${first}`)).toBeGreaterThan(appends[0]!)
  expect(changes.indexOf(`sync ${STORE}/${first}`)).toBeLessThan(appends[1]!)
  expect(await treeOn(disk.powerCut())).toBe('a=1 b=2 c=3 d=5')
  await store.close()
})
