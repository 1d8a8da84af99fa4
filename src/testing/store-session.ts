import { compareBytes } from '../bytes/compare.ts'
import type { Durability, KeyValueStore, Snapshot } from '../kv-store/kv-store.ts'
import type { Scan } from '../kv-store/scan.ts'
import type { CommitHistory, Operation, State } from './commit-history.ts'
import type { StoreHarness } from './store-harness.ts'

/** A snapshot that is kept open, and what it must hold. */
export interface KeptSnapshot {
  readonly snapshot: Snapshot
  readonly state: State
}

/** A scan that is kept open, what its range holds in its direction, and how far it has come. */
export interface KeptScan {
  readonly scan: Scan<'bytes'>
  readonly reverse: boolean
  readonly entries: readonly (readonly [string, string])[]
  position: number
}

/** A write that resolved: its place in the order of calls, and its sequence. */
interface Resolution {
  readonly count: number
  readonly sequence: number
}

const NONE: Resolution = { count: 0, sequence: 0 }

/** Writes resolve in the order of their calls, and so do their sequences grow. */
function next(last: Resolution, resolution: Resolution): Resolution {
  const { count, sequence } = resolution
  if (count <= last.count) throw new Error(`batch ${count} resolved after batch ${last.count}`)
  if (sequence <= last.sequence) throw new Error(`sequence ${sequence} came after ${last.sequence}`)
  return resolution
}

/** The real store on its way through a run of commands. */
export class StoreSession {
  readonly harness: StoreHarness
  /** All keys that commands use. */
  readonly keys: readonly string[]
  store: KeyValueStore
  snapshots: KeptSnapshot[] = []
  scans: KeptScan[] = []
  /** How many commands have run; costly checks are made at some of them only. */
  steps = 0
  #pending: Promise<void>[] = []
  /** Synchronous writes overtake the promises of those before them, so each kind is in order by itself. */
  #last: Resolution = NONE
  #lastSync: Resolution = NONE
  /** Grows with each opening: promises of a killed store say nothing about its successor. */
  #life = 0

  constructor(harness: StoreHarness, store: KeyValueStore, keys: readonly string[]) {
    this.harness = harness
    this.keys = keys
    this.store = store
  }

  get hasPending(): boolean {
    return this.#pending.length > 0
  }

  /**
   * Calls a write and notes its resolution whenever that comes. An empty batch is no write: it has no place in the
   * history, and when it resolves says nothing.
   */
  write(history: CommitHistory, operations: readonly Operation[], durability: Durability | undefined): Promise<void> {
    const life = this.#life
    const call = callWrite(this.store, operations, durability)
    const count = operations.length === 0 ? 0 : history.append(operations)
    const noted = call.then(
      (sequence) => {
        if (life !== this.#life || count === 0) return
        this.#last = next(this.#last, { count, sequence })
        history.resolve(count, durability ?? 'power')
      },
      (error: unknown) => {
        if (life === this.#life) throw error
      },
    )
    // It is looked at when it is gathered; until then a failure must not count as unhandled.
    noted.catch(() => undefined)
    this.#pending.push(noted)
    return noted
  }

  writeSync(history: CommitHistory, operations: readonly Operation[], durability: Durability | undefined): void {
    const sequence = callWriteSync(this.store, operations, durability)
    if (operations.length === 0) return
    const count = history.append(operations)
    this.#lastSync = next(this.#lastSync, { count, sequence })
    history.resolve(count, durability ?? 'power')
  }

  /** Waits for all writes that were called. */
  async gather(): Promise<void> {
    const pending = this.#pending
    this.#pending = []
    await Promise.all(pending)
  }

  /**
   * Goes on with another opening of the store. Snapshots and scans of the old one are gone, and so are its promises.
   */
  replace(store: KeyValueStore): void {
    this.store = store
    this.snapshots = []
    this.scans = []
    this.#last = NONE
    this.#lastSync = NONE
  }

  /** Awaits something of the store, in the harness's way. */
  drive<Result>(work: Promise<Result>): Promise<Result> {
    return this.harness.drive?.(work) ?? work
  }

  /** From here on nothing that the open store still answers counts. */
  forsake(): void {
    this.#life++
    this.#pending = []
  }

  /** What the store holds now, read synchronously and found among what may be visible. */
  view(history: CommitHistory): State {
    return history.match(stateOf(this.store.scan().allSync()))
  }
}

export function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

export function toText(bytes: Uint8Array): string
export function toText(bytes: Uint8Array | undefined): string | undefined
export function toText(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** Entries as a state; they must ascend. */
export function stateOf(entries: readonly (readonly [Uint8Array, Uint8Array])[]): State {
  for (let i = 1; i < entries.length; i++) {
    if (compareBytes(entries[i - 1]![0], entries[i]![0]) >= 0) throw new Error('a scan does not ascend')
  }
  return new Map(entries.map(([key, value]) => [toText(key), toText(value)]))
}

function callWrite(
  store: KeyValueStore,
  operations: readonly Operation[],
  durability: Durability | undefined,
): Promise<number> {
  const [first] = operations
  if (operations.length !== 1) return store.batch(operations.map(toOperation), { durability })
  if (first!.value === undefined) return store.delete(toBytes(first!.key), { durability })
  return store.put(toBytes(first!.key), toBytes(first!.value), { durability })
}

function callWriteSync(
  store: KeyValueStore,
  operations: readonly Operation[],
  durability: Durability | undefined,
): number {
  const [first] = operations
  if (operations.length !== 1) return store.batchSync(operations.map(toOperation), { durability })
  if (first!.value === undefined) return store.deleteSync(toBytes(first!.key), { durability })
  return store.putSync(toBytes(first!.key), toBytes(first!.value), { durability })
}

function toOperation({ key, value }: Operation): Parameters<KeyValueStore['batch']>[0][number] {
  if (value === undefined) return { type: 'delete', key: toBytes(key) }
  return { type: 'put', key: toBytes(key), value: toBytes(value) }
}
