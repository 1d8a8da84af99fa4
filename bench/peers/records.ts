import { Records } from '../lab/workloads/records.ts'

export const KEY_BYTES = 16
const ZERO = 48

/** Writes db_bench's key number `index`: 8 bytes, big-endian, then zeros as digits. */
export function writeKey(key: Uint8Array, index: number): Uint8Array {
  key[0] = key[1] = key[2] = key[3] = 0
  key[4] = index >>> 24
  key[5] = index >>> 16
  key[6] = index >>> 8
  key[7] = index
  for (let at = 8; at < key.length; at++) key[at] = ZERO
  return key
}

/** A key of its own memory: what an asynchronous call may hold on to. */
export function freshKey(index: number): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES)
  writeKey(key, index)
  return key
}

/**
 * Keys below `count` are met once each, in no order that a store could use: the stride is prime and far from a divisor.
 */
export function shuffled(index: number, count: number): number {
  return (index * 7_368_787) % count
}

/** Values as the lab has them: views of one pool, which never changes. */
export function valuesOf(seed: number, valueBytes: number): (index: number) => Uint8Array {
  const records = new Records(seed, valueBytes)
  return (index) => records.value(index)
}
