import type { BatchOperation, KeyRange, KeyValueStore, Reader, Snapshot } from '../../src/kv-store/kv-store.ts'
import type { Scan } from '../../src/kv-store/scan.ts'
import { toBytes, toText } from '../../src/testing/store-session.ts'
import {
  MAINTENANCE,
  type PlainOperation,
  type PlainRange,
  type PlainScan,
  type PlainWrite,
} from './metamorphic-operations.ts'
import type { OptionSet } from './metamorphic-sets.ts'

type PlainEntry = readonly [string, string]

/** Runs the operations and returns the text of all results, a line each; maintenance gives none. */
export async function historyOf(operations: readonly PlainOperation[], set: OptionSet): Promise<string[]> {
  const run = new MetamorphicRun(set)
  return run.play(operations)
}

class MetamorphicRun {
  readonly #isSync: boolean
  readonly #open: () => Promise<KeyValueStore>
  readonly #snapshots = new Map<number, Snapshot<'bytes'>>()
  readonly #scans = new Map<number, Scan<'bytes'>>()
  #store!: KeyValueStore

  constructor(set: OptionSet) {
    this.#isSync = set.api === 'sync'
    this.#open = set.place()
  }

  async play(operations: readonly PlainOperation[]): Promise<string[]> {
    this.#store = await this.#open()
    const history: string[] = []
    try {
      for (const operation of operations) {
        const result = await this.#step(operation)
        if (!MAINTENANCE.has(operation.op)) history.push(`${operation.op}: ${JSON.stringify(result)}`)
      }
      history.push(`at the end: ${JSON.stringify(await this.#scan({ range: {}, reverse: false, seeks: [] }))}`)
      await this.#store.verify()
      await this.#reopen()
      history.push(`reopened: ${JSON.stringify(await this.#scan({ range: {}, reverse: true, seeks: [] }))}`)
    } finally {
      await this.#store.close()
    }
    return history
  }

  async #step(operation: PlainOperation): Promise<unknown> {
    switch (operation.op) {
      case 'put':
      case 'delete':
      case 'batch':
        return this.#write(operation)
      case 'together':
        return Promise.all(operation.writes.map((write) => this.#write(write)))
      case 'clear':
        return this.#store.clear(rangeOf(operation.range))
      case 'flush':
        return this.#store.flush()
      case 'sync':
        return this.#store.sync()
      case 'compact':
        return this.#store.compact(rangeOf(operation.range))
      case 'reopen':
        return this.#reopen()
      case 'count':
        return this.#store.count(rangeOf(operation.range))
      case 'get':
      case 'has':
      case 'getMany':
      case 'scan':
        return this.#read(operation)
      default:
        return this.#keep(operation)
    }
  }

  #write(write: PlainWrite): number | Promise<number> {
    const store = this.#store
    const isSync = this.#isSync
    if (write.op === 'batch') {
      const puts = Object.entries(write.puts).map(
        ([key, value]): BatchOperation => ({ type: 'put', key: toBytes(key), value: toBytes(value) }),
      )
      const deletes = write.deletes.map((key): BatchOperation => ({ type: 'delete', key: toBytes(key) }))
      const operations = [...puts, ...deletes]
      return isSync ? store.batchSync(operations) : store.batch(operations)
    }
    const key = toBytes(write.key)
    const options = { durability: write.durability }
    if (write.op === 'delete') return isSync ? store.deleteSync(key, options) : store.delete(key, options)
    const value = toBytes(write.value)
    return isSync ? store.putSync(key, value, options) : store.put(key, value, options)
  }

  async #read(operation: PlainOperation & { op: 'get' | 'has' | 'getMany' | 'scan' }): Promise<unknown> {
    const reader: Reader | undefined = operation.at === undefined ? this.#store : this.#snapshots.get(operation.at)
    if (reader === undefined) return 'no snapshot'
    switch (operation.op) {
      case 'get': {
        const key = toBytes(operation.key)
        return toText(this.#isSync ? reader.getSync(key) : await reader.get(key)) ?? null
      }
      case 'has':
        return this.#isSync ? reader.hasSync(toBytes(operation.key)) : reader.has(toBytes(operation.key))
      case 'getMany':
        return (await reader.getMany(operation.keys.map(toBytes))).map((value) => toText(value) ?? null)
      default:
        return this.#scan(operation, reader)
    }
  }

  async #scan(plain: PlainScan, reader: Reader = this.#store): Promise<unknown> {
    checkRelations(reader, plain)
    const scan = reader.scan({ ...rangeOf(plain.range), reverse: plain.reverse, limit: plain.limit })
    const sought: (PlainEntry | null)[] = []
    for (const key of plain.seeks) {
      scan.seek(toBytes(key))
      const [entry] = this.#isSync ? scan.nextBatchSync(1) : await scan.nextBatch(1)
      sought.push(entry === undefined ? null : plainEntry(entry))
    }
    const rest = this.#isSync ? scan.allSync() : await scan.all()
    return [sought, rest.map(plainEntry)]
  }

  /** Everything about snapshots and scans that stay open. */
  async #keep(operation: PlainOperation): Promise<unknown> {
    switch (operation.op) {
      case 'snapshot': {
        this.#snapshots.get(operation.at)?.close()
        const snapshot = this.#store.snapshot()
        this.#snapshots.set(operation.at, snapshot)
        return snapshot.sequence
      }
      case 'closeSnapshot':
        this.#snapshots.get(operation.at)?.close()
        return this.#snapshots.delete(operation.at)
      case 'openScan':
        this.#scans.get(operation.at)?.close()
        this.#scans.set(operation.at, this.#store.scan({ ...rangeOf(operation.range), reverse: operation.reverse }))
        return undefined
      case 'advanceScan':
        return this.#advance(operation)
      case 'closeScan':
        this.#scans.get(operation.at)?.close()
        return this.#scans.delete(operation.at)
    }
    return undefined
  }

  async #advance({ at, count, seek }: PlainOperation & { op: 'advanceScan' }): Promise<unknown> {
    const scan = this.#scans.get(at)
    if (scan === undefined) return 'no scan'
    if (seek !== undefined) scan.seek(toBytes(seek))
    const batch = this.#isSync ? scan.nextBatchSync(count) : await scan.nextBatch(count)
    return batch.map(plainEntry)
  }

  async #reopen(): Promise<void> {
    this.#snapshots.clear()
    this.#scans.clear()
    await this.#store.close()
    this.#store = await this.#open()
  }
}

/** Forwards is backwards reversed, and a bounded scan is the whole one filtered. */
function checkRelations(reader: Reader, { range }: PlainScan): void {
  const read = (bounds: PlainRange, reverse: boolean): PlainEntry[] =>
    reader
      .scan({ ...rangeOf(bounds), reverse })
      .allSync()
      .map(plainEntry)
  const forwards = JSON.stringify(read(range, false))
  if (JSON.stringify(read(range, true).reverse()) !== forwards) throw new Error('backwards is not forwards reversed')
  const filtered = read({}, false).filter(([key]) => isWithin(key, range))
  if (JSON.stringify(filtered) !== forwards) throw new Error('a bounded scan is not the whole one filtered')
}

/** Latin1 text sorts as its bytes do. */
function isWithin(key: string, { gt, gte, lt, lte, prefix }: PlainRange): boolean {
  if (prefix !== undefined && !key.startsWith(prefix)) return false
  if (gte !== undefined ? key < gte : gt !== undefined && key <= gt) return false
  return !(lte !== undefined ? key > lte : lt !== undefined && key >= lt)
}

function rangeOf(range: PlainRange): KeyRange {
  return Object.fromEntries(Object.entries(range).map(([name, key]) => [name, toBytes(key)]))
}

function plainEntry([key, value]: readonly [Uint8Array, Uint8Array]): PlainEntry {
  return [toText(key), toText(value)]
}
