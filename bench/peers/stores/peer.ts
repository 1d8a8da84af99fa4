import type { Durability, StoreSizes } from '../cell.ts'

export interface WalkRange {
  readonly gte?: Uint8Array
  readonly reverse?: boolean
  readonly limit?: number
}

/** Ways to read entries one after the other: an asynchronous loop, a synchronous one, arrays of a thousand. */
export type WalkForm = 'await' | 'sync' | 'batch'

/** Returns the bytes of the keys and values that were met, which are the caller's. */
export type Walk = (range: WalkRange) => number | Promise<number>

/** A store as the workloads drive it. What it cannot do is not there. */
export interface Peer {
  put(key: Buffer, value: Uint8Array): Promise<unknown>
  /** Atomic. */
  batch(keys: readonly Buffer[], values: readonly Uint8Array[]): Promise<unknown>
  get?(key: Uint8Array): Promise<Uint8Array | null | undefined>
  getSync?(key: Uint8Array): Uint8Array | undefined
  getMany?(keys: readonly Buffer[]): Promise<readonly (Uint8Array | null | undefined)[]>
  readonly walks: Readonly<Partial<Record<WalkForm, Walk>>>
  /** A walk of few entries, in the quickest way there is. */
  readonly shortWalk: Walk
  /** Flushes, and waits for the merges that the store wants of itself; `isFull` merges everything into one level. */
  drain(isFull: boolean): Promise<void>
  /** Bytes of memtables, caches, filters and indexes, as the store itself says. */
  heldBytes?(): number
  close(): Promise<void>
}

export interface PeerOptions extends StoreSizes {
  readonly durability: Durability
}

export type OpenPeer = (directory: string, options: PeerOptions) => Promise<Peer>

export const WALK_BATCH = 1000

/** Bytes of entries that are pairs. */
export function pairBytes(entries: readonly (readonly [Uint8Array, Uint8Array])[]): number {
  let bytes = 0
  for (let i = 0; i < entries.length; i++) bytes += entries[i]![0].length + entries[i]![1].length
  return bytes
}
