import fc from 'fast-check'
import { test } from 'vitest'
import { assertStoreModel, type StoreHarnessFactory, type StoreModelRunOptions } from '../../src/testing/store-model.ts'

/** Tests a store against the model. The harness must clean up also after a failure, with the store still open. */
export function modelTest(name: string, factory: StoreHarnessFactory, options: StoreModelRunOptions): void {
  test(`${name} agrees with the model`, { timeout: 600_000 }, () => assertStoreModel(fc, factory, options))
}
