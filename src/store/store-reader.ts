import { VarveError } from '../errors.ts'
import { borrowKeyBytes } from '../kv-store/bytes-input.ts'
import { decode } from '../kv-store/decode.ts'
import type {
  Bytes,
  Encoding,
  PlainReadOptions,
  PlainScanOptions,
  Reader,
  ReadOptions,
  ScanOptions,
  Snapshot,
  Value,
} from '../kv-store/kv-store.ts'
import { type CheckedReadOptions, checkReadOptions, checkScanOptions } from '../kv-store/operation-options.ts'
import { Scan } from '../kv-store/scan.ts'
import type { Bounds, ScanCursor } from '../kv-store/scan-cursor.ts'
import type { LatencySampler } from '../observe/latency-sampler.ts'
import type { StoreObserver } from '../observe/store-observer.ts'
import type { Runtime } from '../runtime.ts'
import type { Health } from './health.ts'

/** A value as a slice that holds until the store's next operation. */
export interface FoundValue {
  readonly value: Uint8Array
  readonly valueStart: number
  readonly valueEnd: number
}

/** What reading needs of an engine. `View` is what a snapshot of it pins; undefined where its sequence says it all. */
export interface ReaderCore<View> {
  readonly context: {
    readonly directory: string
    readonly runtime: Runtime
    readonly health: Health
    readonly observer: StoreObserver
    readonly options: { readonly encoding: Encoding }
  }
  readonly reads: {
    /** Undefined where the key is not there at this sequence. A view stands for what is there now. */
    find(key: Uint8Array, sequence: number, view?: View): FoundValue | undefined
    /** A cursor over what is visible at `sequence`; it pins its view until it is closed. */
    openCursor(bounds: Bounds, sequence: number, reverse: boolean, view?: View): ScanCursor
  }
}

/** Reads of a store, and of its snapshots: they differ in the sequence that they read at. */
export abstract class StoreReader<E extends Encoding, Core extends ReaderCore<View>, View = undefined>
  implements Reader<E>
{
  protected readonly core: Core
  /** Scans that are open, of the store and its snapshots. */
  protected readonly scans: Set<Scan<Encoding>>
  readonly #defaults: CheckedReadOptions
  readonly #gets: LatencySampler
  /** What is read instead of what is there now; a store has none. */
  protected readonly view: View | undefined

  constructor(core: Core, scans: Set<Scan<Encoding>>) {
    this.core = core
    this.scans = scans
    this.#gets = core.context.observer.latencies.get
    this.#defaults = { snapshot: undefined, encoding: core.context.options.encoding }
    // What `console.log` shows: not the whole engine.
    const inspect = Symbol.for('nodejs.util.inspect.custom')
    Object.defineProperty(this, inspect, { value: () => this.#describe() })
    // What JSON has of it, in a log line, say.
    Object.defineProperty(this, 'toJSON', { value: () => ({ directory: core.context.directory }) })
  }

  /** What a read without a snapshot of its own reads at; throws CLOSED. */
  protected abstract currentSequence(): number

  /** The sequence of a snapshot of this store; throws INVALID_ARGUMENT for another's, CLOSED for a closed one. */
  protected abstract sequenceOf(snapshot: Snapshot): number

  get(key: Bytes, options?: PlainReadOptions): Promise<Value<E> | undefined>
  get<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Promise<Value<F> | undefined>
  get<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Promise<Value<F> | undefined> {
    // No async function: a read costs one promise and no turn of its own.
    try {
      return Promise.resolve(this.getSync(key, options))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  getSync(key: Bytes, options?: PlainReadOptions): Value<E> | undefined
  getSync<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Value<F> | undefined
  getSync<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Value<F> | undefined {
    const stopwatch = this.#gets.start()
    const { snapshot, encoding } = checkReadOptions(options, this.#defaults)
    const sequence = this.#sequence(snapshot)
    const found = this.core.reads.find(borrowKeyBytes(key), sequence, this.#view(snapshot))
    const value = found === undefined ? undefined : decode(encoding as F, found.value, found.valueStart, found.valueEnd)
    stopwatch?.stop()
    return value
  }

  getMany(keys: readonly Bytes[], options?: PlainReadOptions): Promise<(Value<E> | undefined)[]>
  getMany<F extends Encoding = E>(keys: readonly Bytes[], options?: ReadOptions<F>): Promise<(Value<F> | undefined)[]>
  async getMany<F extends Encoding = E>(
    keys: readonly Bytes[],
    options?: ReadOptions<F>,
  ): Promise<(Value<F> | undefined)[]> {
    const { snapshot, encoding } = checkReadOptions(options, this.#defaults)
    const sequence = this.#sequence(snapshot)
    const view = this.#view(snapshot)
    if (!Array.isArray(keys)) throw new VarveError('INVALID_ARGUMENT', 'keys must be an array')
    return keys.map((key) => {
      const found = this.core.reads.find(borrowKeyBytes(key), sequence, view)
      return found === undefined ? undefined : decode(encoding as F, found.value, found.valueStart, found.valueEnd)
    })
  }

  has(key: Bytes, options?: ReadOptions): Promise<boolean> {
    try {
      return Promise.resolve(this.hasSync(key, options))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  hasSync(key: Bytes, options?: ReadOptions): boolean {
    const { snapshot } = checkReadOptions(options, this.#defaults)
    const sequence = this.#sequence(snapshot)
    return this.core.reads.find(borrowKeyBytes(key), sequence, this.#view(snapshot)) !== undefined
  }

  scan(options?: PlainScanOptions): Scan<E>
  scan<F extends Encoding = E, K extends Encoding = F, V extends Encoding = F>(
    options?: ScanOptions<F, K, V>,
  ): Scan<NoInfer<K>, NoInfer<V>>
  scan<F extends Encoding = E, K extends Encoding = F, V extends Encoding = F>(
    options?: ScanOptions<F, K, V>,
  ): Scan<K, V> {
    const { bounds, reverse, snapshot, ...rest } = checkScanOptions(options, this.#defaults)
    const sequence = this.#sequence(snapshot)
    const cursor = this.core.reads.openCursor(bounds, sequence, reverse, this.#view(snapshot))
    const { runtime, observer } = this.core.context
    const onClose = (): void => {
      this.scans.delete(scan as unknown as Scan<Encoding>)
    }
    const scan: Scan<K, V> = new Scan<K, V>(cursor, { ...rest, runtime, latency: observer.latencies.scan, onClose })
    // A signal that was aborted before has closed it already.
    if (rest.signal?.aborted !== true) this.scans.add(scan as unknown as Scan<Encoding>)
    return scan
  }

  #describe(): string {
    const { directory, health } = this.core.context
    return `${this.constructor.name} { directory: '${directory}', ${health.isClosed ? 'closed' : 'open'} }`
  }

  /** REQUIRES that the sequence was asked for: it proves that the snapshot is one of this store. */
  #view(snapshot: Snapshot | undefined): View | undefined {
    return snapshot === undefined ? this.view : (snapshot as unknown as StoreReader<Encoding, Core, View>).view
  }

  #sequence(snapshot: Snapshot | undefined): number {
    const current = this.currentSequence()
    return snapshot === undefined ? current : this.sequenceOf(snapshot)
  }
}
