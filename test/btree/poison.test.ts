import { describe, expect, test } from 'vitest'
import type { BTreeStore } from '../../src/btree/btree-store.ts'
import { type CallPattern, type Fault, failOnce } from '../../src/testing/fault-plan.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { keyOf, protections, simulatedBTree } from '../support/btree-harness.ts'
import { expectCode } from '../support/contract-store.ts'

const SYNC_FAILS: Fault = { error: 'EIO', pages: 'clean-kept' }

async function filled(disk?: SimulatedFileSystem): Promise<{ store: BTreeStore<'bytes'>; disk: SimulatedFileSystem }> {
  const opened = await simulatedBTree({ tornPageProtection: 'double-write', checkpointLogBytes: 1 << 20 }, disk)
  for (let i = 0; i < 60; i++) await opened.store.put(keyOf(i), `value ${i}`.repeat(30))
  return opened
}

const PLACES: Record<string, CallPattern> = {
  'the log': { operation: 'sync', path: '.log' },
  'the copies of pages': { operation: 'sync', path: 'double-write' },
  'the pages': { operation: 'sync', path: 'pages' },
  'the checkpoint': { operation: 'sync', path: 'CHECKPOINT.tmp' },
  'the directory': { operation: 'syncDirectory', path: '/store' },
}

describe('a failed sync', () => {
  for (const [what, pattern] of Object.entries(PLACES)) {
    test(`of ${what} ends all writing, reads go on, and the next opening has what was promised`, async () => {
      const { store, disk } = await filled()
      disk.faults = failOnce(SYNC_FAILS, pattern)
      await store.put('more', 'x', { durability: 'process' })
      await expectCode(() => store.flush(), 'POISONED')
      const syncs = store.stats().syncs
      for (const write of [() => store.put('a', 'b'), () => store.flush(), () => store.sync(), () => store.clear()]) {
        await expectCode(write, 'POISONED')
      }
      expect(store.getSync(keyOf(7), { encoding: 'utf8' })).toBe('value 7'.repeat(30))
      expect(store.scan().allSync().length).toBeGreaterThanOrEqual(60)
      expect(store.stats().syncs).toBe(syncs)
      await expectCode(() => store.close(), 'POISONED')
      const again = await simulatedBTree({}, disk.killed())
      expect(await again.store.count()).toBeGreaterThanOrEqual(60)
      // What it recovered must be on disk by itself, whatever the failed sync left in memory only.
      await again.store.put('acknowledged', 'x')
      const last = await simulatedBTree({}, again.disk.crash(undefined, 'synced-only'))
      expect(await last.store.count()).toBeGreaterThanOrEqual(61)
      await last.store.verify()
      await last.store.close()
    })
  }

  test('of the log takes the unpublished group from sight for good', async () => {
    const { store, disk } = await filled()
    disk.faults = failOnce(SYNC_FAILS, { operation: 'sync', path: '.log' })
    const writes = [store.put(keyOf(3), 'new'), store.put('other', 'new')]
    for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'POISONED', outcome: 'unknown' })
    expect(store.getSync(keyOf(3), { encoding: 'utf8' })).toBe('value 3'.repeat(30))
    expect(store.hasSync('other')).toBe(false)
    await store.close().catch(() => {})
  })
})

describe('a failed write', () => {
  test('of the log is taken back, in the pages too, and the next one goes to a new log', async () => {
    const { store, disk } = await filled()
    disk.faults = failOnce({ error: 'EIO', afterBytes: 9 }, { operation: 'append', path: '.log' })
    const value = 'x'.repeat(3000)
    const operations = Array.from({ length: 9 }, (_, i) => ({ type: 'put', key: keyOf(i), value }) as const)
    await expect(store.batch(operations)).rejects.toMatchObject({ code: 'IO', outcome: 'not-applied' })
    expect(store.getSync(keyOf(3), { encoding: 'utf8' })).toBe('value 3'.repeat(30))
    await store.verify()
    await store.put('after', 'x')
    expect(await store.count()).toBe(61)
    const again = await simulatedBTree({}, disk.crash())
    expect(await again.store.count()).toBe(61)
    await again.store.verify()
    await again.store.close()
    await store.close()
  })

  for (const tornPageProtection of protections) {
    test(`of pages loses nothing, and is tried again: ${tornPageProtection}`, async () => {
      const { store, disk } = await simulatedBTree({ tornPageProtection, checkpointLogBytes: 1 << 20 })
      for (let i = 0; i < 60; i++) await store.put(keyOf(i), `value ${i}`.repeat(30))
      disk.faults = failOnce({ error: 'EIO', afterBytes: 5000 }, { operation: 'write' })
      await store.put('after', 'x')
      await store.flush()
      const again = await simulatedBTree({}, disk.crash())
      expect(await again.store.count()).toBe(61)
      await again.store.verify()
      await again.store.close()
      await store.close()
    })
  }

  test('for want of space refuses writes until resume', async () => {
    const { store, disk } = await filled()
    disk.faults = (call) =>
      call.operation === 'write' || call.operation === 'append' ? { error: 'ENOSPC' } : undefined
    await expectCode(() => store.put('a', 'x'), 'NO_SPACE')
    await expectCode(() => store.put('b', 'x'), 'NO_SPACE')
    expect(store.hasSync(keyOf(1))).toBe(true)
    disk.faults = undefined
    await store.resume()
    await store.put('c', 'x')
    expect(await store.count()).toBe(61)
    await store.close()
  })
})
