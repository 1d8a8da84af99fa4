import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeyValueStore, ScanOptions } from '../../src/kv-store/kv-store.ts'
import type { Scan } from '../../src/kv-store/scan.ts'
import type { StoreHarness } from '../../src/testing/store-harness.ts'
import { type StoreHarnessFactory, storeModelProperty } from '../../src/testing/store-model.ts'
import { LosingMap } from '../support/losing-map.ts'
import { SortedMapStore, sortedMedium } from '../support/sorted-map-store.ts'
import { modelTest } from './model.suite.ts'

type CrashHarness = StoreHarness & Required<Pick<StoreHarness, 'kill' | 'powerCut'>>

/** The reference, which loses nothing but what was still queued. */
async function sortedHarness(): Promise<CrashHarness> {
  let medium = sortedMedium()
  const open = (): Promise<KeyValueStore> => SortedMapStore.open<'bytes'>(medium)
  const restart = (): Promise<KeyValueStore> => {
    // The old store still writes to the old one.
    medium = { ...medium, locked: false }
    return open()
  }
  return { open, kill: restart, powerCut: restart, cleanup: async () => {} }
}

/** The reference with a bug: `change` spoils each store that is opened. */
function planted(change: (store: KeyValueStore) => void): StoreHarnessFactory {
  return async () => {
    const harness = await sortedHarness()
    const spoilt = async (opening: Promise<KeyValueStore>): Promise<KeyValueStore> => {
      const store = await opening
      change(store)
      return store
    }
    return { open: () => spoilt(harness.open()), kill: () => spoilt(harness.kill()), cleanup: harness.cleanup }
  }
}

function reverseScanSkipsOne(store: KeyValueStore): void {
  const scan = store.scan.bind(store) as (options?: ScanOptions<'bytes'>) => Scan<'bytes'>
  store.scan = ((options?: ScanOptions<'bytes'>) => {
    const result = scan(options)
    if (options?.reverse && options.lt !== undefined) result.nextBatchSync(1)
    return result
  }) as KeyValueStore['scan']
}

function snapshotsAreLive(store: KeyValueStore): void {
  const snapshot = store.snapshot.bind(store)
  store.snapshot = () => {
    const result = snapshot()
    result.get = store.get.bind(store) as typeof result.get
    return result
  }
}

function weakWritesAreVisibleAtOnce(store: KeyValueStore): void {
  const put = store.put.bind(store)
  store.put = async (key, value, options) => {
    if (options?.durability === 'none') return store.putSync(key, value, options)
    return put(key, value, options)
  }
}

function clearSparesTheLast(store: KeyValueStore): void {
  const clear = store.clear.bind(store)
  store.clear = async (range, options) => {
    const [last] = store.scan({ ...range, reverse: true, limit: 1 }).allSync()
    await clear({ ...range, ...(last !== undefined && { lt: last[0], lte: undefined }) }, options)
  }
}

/** A crash takes back the last write that was acknowledged. */
async function losingHarness(): Promise<StoreHarness> {
  const harness = await sortedHarness()
  const kill = async (): Promise<KeyValueStore> => {
    const store = await harness.kill()
    for (const key of store.scan({ reverse: true, limit: 1 }).keys()) store.deleteSync(key)
    return store
  }
  return { ...harness, kill }
}

/** The reference, which loses at a crash whatever it may. */
async function forgetfulHarness(): Promise<CrashHarness> {
  const map = new LosingMap()
  return {
    open: () => map.open(),
    kill: () => map.kill(),
    powerCut: () => map.powerCut(),
    cleanup: async () => {},
  }
}

modelTest('the sorted map', sortedHarness, { runs: 100, maxCommands: 60 })
modelTest('a sorted map that loses what it may', forgetfulHarness, { runs: 100, maxCommands: 60 })

describe('the model finds a planted bug', () => {
  const bugs: Record<string, StoreHarnessFactory> = {
    'a reverse scan that skips one': planted(reverseScanSkipsOne),
    'a snapshot that is not one': planted(snapshotsAreLive),
    'a write that is visible before it resolves': planted(weakWritesAreVisibleAtOnce),
    'a clear that spares a key': planted(clearSparesTheLast),
    'a crash that loses a promised write': losingHarness,
  }
  for (const [bug, factory] of Object.entries(bugs)) {
    test(bug, async () => {
      const details = await fc.check(await storeModelProperty(fc, factory, { maxCommands: 60 }), {
        numRuns: 200,
        seed: 1,
      })
      expect(details.failed).toBe(true)
      expect(details.counterexample?.join()).not.toHaveLength(0)
    })
  }
})
