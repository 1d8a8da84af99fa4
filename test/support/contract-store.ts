import { expect } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import { VarveError } from '../../src/errors.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { StoreOptions } from '../../src/kv-store/store-options.ts'

/** One place for a store: it is empty at first, and what is closed there is found at the next opening. */
export interface StorePlace {
  open(options?: StoreOptions): Promise<KeyValueStore>
  cleanup(): Promise<void>
}

export type StoreFactory = () => Promise<StorePlace>

/** Runs `body` with an open store in a place of its own. */
export async function withStore(
  factory: StoreFactory,
  body: (store: KeyValueStore, place: StorePlace) => Promise<void>,
  options?: StoreOptions,
): Promise<void> {
  const place = await factory()
  try {
    const store = await place.open(options)
    try {
      await body(store, place)
    } finally {
      await store.close()
    }
  } finally {
    await place.cleanup()
  }
}

/** Expects a synchronous or asynchronous refusal. */
export async function expectCode(action: () => unknown, code: ErrorCode): Promise<void> {
  let error: unknown
  try {
    await action()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(VarveError)
  expect((error as VarveError).code).toBe(code)
}

export async function putAll(store: KeyValueStore, keys: Iterable<string>): Promise<void> {
  await store.batch([...keys].map((key) => ({ type: 'put', key, value: `v${key}` })))
}

export function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values)
}

/** Lets the event loop turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
