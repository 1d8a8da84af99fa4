import { describe } from 'vitest'
import type { StoreFactory } from '../support/contract-store.ts'
import { badInputSuite } from './kv-store/bad-input.suite.ts'
import { batchSuite } from './kv-store/batch.suite.ts'
import { commitOrderSuite } from './kv-store/commit-order.suite.ts'
import { encodingSuite } from './kv-store/encoding.suite.ts'
import { lifetimeSuite } from './kv-store/lifetime.suite.ts'
import { maintenanceSuite } from './kv-store/maintenance.suite.ts'
import { ownershipSuite } from './kv-store/ownership.suite.ts'
import { pointSuite } from './kv-store/point.suite.ts'
import { rangeSuite } from './kv-store/range.suite.ts'
import { scanBoundsSuite } from './kv-store/scan-bounds.suite.ts'
import { scanFormsSuite } from './kv-store/scan-forms.suite.ts'
import { scanSeekSuite } from './kv-store/scan-seek.suite.ts'
import { sizeSuite } from './kv-store/size.suite.ts'
import { snapshotSuite } from './kv-store/snapshot.suite.ts'

/** Every behaviour of the public face that an engine must show. */
export function kvStoreSuite(name: string, factory: StoreFactory): void {
  describe(`${name} keeps the contract of a key-value store`, () => {
    describe('single keys', () => pointSuite(factory))
    describe('batches', () => batchSuite(factory))
    describe('commit order', () => commitOrderSuite(factory))
    describe('ownership', () => ownershipSuite(factory))
    describe('sizes', () => sizeSuite(factory))
    describe('scan bounds', () => scanBoundsSuite(factory))
    describe('forms of scanning', () => scanFormsSuite(factory))
    describe('seeking', () => scanSeekSuite(factory))
    describe('snapshots', () => snapshotSuite(factory))
    describe('ranges', () => rangeSuite(factory))
    describe('encoding', () => encodingSuite(factory))
    describe('bad input', () => badInputSuite(factory))
    describe('lifetime', () => lifetimeSuite(factory))
    describe('maintenance', () => maintenanceSuite(factory))
  })
}
