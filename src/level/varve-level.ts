import type {
  AbstractIteratorOptions,
  AbstractKeyIteratorOptions,
  AbstractValueIteratorOptions,
  Transcoder,
} from 'abstract-level'
import {
  destroy,
  type Encoding,
  type FileSystem,
  type KeyRange,
  type KeyValueStore,
  type Logger,
  open,
  type StoreStatistics,
} from '../index.ts'
import { clearSome } from './clear-some.ts'
import {
  type EncodedOperation,
  type EncodedReadOptions,
  type EncodedScanOptions,
  type EncodedWriteOptions,
  toBatchOperation,
  toReadOptions,
  toScanOptions,
  toWriteOptions,
} from './encoded-options.ts'
import { LevelError, rethrow, settled } from './level-error.ts'
import { LevelIterator, LevelKeyIterator, LevelValueIterator } from './level-iterator.ts'
import type { DatabaseOptions, OpenOptions, RepairOptions, StartEndOptions } from './level-options.ts'
import { levelProperty } from './level-property.ts'
import { type Format, toBytes, toKeyRange } from './level-range.ts'
import { levelScan } from './level-scan.ts'
import { LevelSnapshot, type SnapshotOptions } from './level-snapshot.ts'
import { notice } from './notice.ts'
import { toVarveOptions } from './opening.ts'
import { repairInPlace } from './repair-in-place.ts'
import { TypedLevel } from './typed-level.ts'

export { VarveError } from '../index.ts'
export { LevelError, type LevelErrorCode } from './level-error.ts'
export type * from './level-options.ts'

const MANIFEST = {
  encodings: { buffer: true, utf8: true, view: true },
  has: true,
  getSync: true,
  explicitSnapshots: true,
  createIfMissing: true,
  errorIfExists: true,
  signals: { iterators: true },
  additionalMethods: { approximateSize: true, compactRange: true, getProperty: true, stats: true },
}

/**
 * An abstract-level database on Varve, in place of `ClassicLevel`: the same options, methods and error codes. What
 * differs is in docs/level.md.
 *
 * `KDefault` and `VDefault` are the types of keys and values where an operation does not say otherwise.
 */
export class VarveLevel<KDefault = string, VDefault = string> extends TypedLevel<KDefault, VDefault> {
  readonly #location: string
  #store: KeyValueStore<Encoding> | undefined
  #logger: Logger | undefined

  /**
   * Opens the database a tick later, as all of Level's do: operations wait for it. `location` is a directory, relative
   * or absolute.
   */
  constructor(location: string, options?: DatabaseOptions<KDefault, VDefault>) {
    checkLocation(location)
    super(MANIFEST, options)
    this.#location = location
    // What `console.log` shows: not the whole manifest.
    const inspect = Symbol.for('nodejs.util.inspect.custom')
    Object.defineProperty(this, inspect, { value: () => `VarveLevel { location: '${location}', ${this.status} }` })
  }

  /** The directory that was passed to the constructor. */
  get location(): string {
    return this.#location
  }

  /**
   * The store underneath, for what Level has no method for: `verify`, `sync`, `resume`, `recovery`. Its writes run no
   * hooks and emit no events. Throws LEVEL_DATABASE_NOT_OPEN.
   */
  get store(): KeyValueStore<Encoding> {
    if (this.#store !== undefined) return this.#store
    throw new LevelError('LEVEL_DATABASE_NOT_OPEN', 'Database is not open')
  }

  /** Numbers since opening: see `stats()` in docs/api.md. Throws LEVEL_DATABASE_NOT_OPEN. */
  stats(): StoreStatistics {
    return this.store.stats()
  }

  /** About how many bytes on disk the keys from `start` to `end` (exclusive) take. */
  approximateSize(start: KDefault, end: KDefault): Promise<number>
  approximateSize<K = KDefault>(start: K, end: K, options: StartEndOptions<K>): Promise<number>
  async approximateSize(start: unknown, end: unknown, options?: StartEndOptions<unknown> | null): Promise<number> {
    return this.#onRange(start, end, options, async (store, range) => store.approximateSize(range))
  }

  /** Merges what the keys from `start` to `end` (exclusive) touch into the deepest level; resolves when done. */
  compactRange(start: KDefault, end: KDefault): Promise<void>
  compactRange<K = KDefault>(start: K, end: K, options: StartEndOptions<K>): Promise<void>
  async compactRange(start: unknown, end: unknown, options?: StartEndOptions<unknown> | null): Promise<void> {
    return this.#onRange(start, end, options, (store, range) => store.compact(range))
  }

  /** `leveldb.num-files-at-level<N>`, `leveldb.stats` or `leveldb.approximate-memory-usage`; '' for any other. */
  getProperty(property: string): string {
    if (typeof property !== 'string') throw new TypeError("The first argument 'property' must be a string")
    return levelProperty(property, this.stats())
  }

  /** Removes the database in a directory, and the directory if nothing else is in it. */
  static async destroy(location: string, options?: { fileSystem?: FileSystem }): Promise<void> {
    checkLocation(location)
    await destroy(location, options).catch(rethrow)
  }

  /**
   * Puts a new database, of all that can be proven of a damaged one, in its place; the damaged one is kept beside it,
   * as `<location>.damaged-1`. What was lost is told to `logger`, or as a process warning.
   */
  static async repair(location: string, options: RepairOptions = {}): Promise<void> {
    checkLocation(location)
    await repairInPlace(location, options).catch(rethrow)
  }

  protected async _open(options: OpenOptions): Promise<void> {
    this.#logger = options.logger
    this.#store = await open(this.#location, toVarveOptions(options)).catch(rethrow)
  }

  /**
   * A close that fails has freed everything all the same, and a second one would have nothing to do: so it is reported
   * and not thrown, which would leave the database 'open'.
   */
  protected async _close(): Promise<void> {
    const { store } = this
    this.#store = undefined
    try {
      await store.close()
    } catch (error) {
      const { message, cause } = error as Error
      notice(this.#logger, `closing ${this.#location}: ${message}`, cause)
    }
  }

  protected _get(key: Format, options: EncodedReadOptions): Promise<Format | undefined> {
    return settled(() => this._getSync(key, options))
  }

  protected _getSync(key: Format, options: EncodedReadOptions): Format | undefined {
    try {
      return this.store.getSync(toBytes(key), toReadOptions(options))
    } catch (error) {
      return rethrow(error)
    }
  }

  protected _getMany(keys: Format[], options: EncodedReadOptions): Promise<(Format | undefined)[]> {
    return this.store.getMany(keys.map(toBytes), toReadOptions(options)).catch(rethrow)
  }

  // The base class gives the snapshot back before what these return has settled: they read it at once.
  protected _has(key: Format, options: EncodedReadOptions): Promise<boolean> {
    return settled(() => this.store.hasSync(toBytes(key), { snapshot: LevelSnapshot.of(options.snapshot) }))
  }

  protected _hasMany(keys: Format[], options: EncodedReadOptions): Promise<boolean[]> {
    const read = { snapshot: LevelSnapshot.of(options.snapshot) }
    return settled(() => keys.map((key) => this.store.hasSync(toBytes(key), read)))
  }

  protected async _put(key: Format, value: Format, options: EncodedWriteOptions): Promise<void> {
    try {
      await this.store.put(toBytes(key), toBytes(value), toWriteOptions(options))
    } catch (error) {
      rethrow(error)
    }
  }

  protected async _del(key: Format, options: EncodedWriteOptions): Promise<void> {
    await this.store.delete(toBytes(key), toWriteOptions(options)).catch(rethrow)
  }

  protected async _batch(operations: EncodedOperation[], options: EncodedWriteOptions): Promise<void> {
    await this.store.batch(operations.map(toBatchOperation), toWriteOptions(options)).catch(rethrow)
  }

  protected async _clear(options: EncodedScanOptions & EncodedWriteOptions): Promise<void> {
    const write = toWriteOptions(options)
    const isWhole = options.limit < 0 && LevelSnapshot.of(options.snapshot) === undefined
    const cleared = isWhole
      ? this.store.clear(toKeyRange(options), write)
      : clearSome(this.store, toScanOptions(options), write)
    await cleared.catch(rethrow)
  }

  protected _iterator(options: AbstractIteratorOptions<KDefault, VDefault>): LevelIterator<this, KDefault, VDefault> {
    return new LevelIterator(this, options, levelScan(this.store, options))
  }

  protected _keys(options: AbstractKeyIteratorOptions<KDefault>): LevelKeyIterator<this, KDefault> {
    return new LevelKeyIterator(this, options, levelScan(this.store, options))
  }

  protected _values(
    options: AbstractValueIteratorOptions<KDefault, VDefault>,
  ): LevelValueIterator<this, KDefault, VDefault> {
    return new LevelValueIterator(this, options, levelScan(this.store, options))
  }

  protected _snapshot(options: SnapshotOptions): LevelSnapshot {
    return new LevelSnapshot(this.store.snapshot(), options)
  }

  async #onRange<T>(
    start: unknown,
    end: unknown,
    options: StartEndOptions<unknown> | null | undefined,
    act: (store: KeyValueStore<Encoding>, range: KeyRange) => Promise<T>,
  ): Promise<T> {
    if (start === undefined || end === undefined) throw new TypeError("The arguments 'start' and 'end' are required")
    if (this.status === 'opening') return this.deferAsync(() => this.#onRange(start, end, options, act))
    const encoding = this.keyEncoding<unknown, unknown>(options?.keyEncoding as Transcoder.PartialEncoding<unknown>)
    const range = toKeyRange({ gte: encoding.encode(start), lt: encoding.encode(end) })
    return act(this.store, range).catch(rethrow)
  }
}

function checkLocation(location: unknown): asserts location is string {
  if (typeof location === 'string' && location !== '') return
  throw new TypeError("The first argument 'location' must be a non-empty string")
}
