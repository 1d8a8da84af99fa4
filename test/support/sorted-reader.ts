import { compareBytes } from '../../src/bytes/compare.ts'
import { VarveError } from '../../src/errors.ts'
import { toKeyBytes } from '../../src/kv-store/bytes-input.ts'
import { decode } from '../../src/kv-store/decode.ts'
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
} from '../../src/kv-store/kv-store.ts'
import { checkReadOptions, checkScanOptions } from '../../src/kv-store/operation-options.ts'
import { Scan } from '../../src/kv-store/scan.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { SortedCursor, type SortedEntries } from './sorted-entries.ts'

/** The reads of the reference store and of its snapshots, over whatever entries the subclass says. */
export abstract class SortedReader<E extends Encoding> implements Reader<E> {
  readonly encoding: Encoding
  readonly #scans = new Set<Scan<Encoding>>()

  constructor(encoding: Encoding) {
    this.encoding = encoding
  }

  /** The entries as they are now; throws CLOSED. */
  protected abstract entries(): SortedEntries

  get(key: Bytes, options?: PlainReadOptions): Promise<Value<E> | undefined>
  get<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Promise<Value<F> | undefined>
  async get<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Promise<Value<F> | undefined> {
    return this.getSync(key, options)
  }

  getSync(key: Bytes, options?: PlainReadOptions): Value<E> | undefined
  getSync<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Value<F> | undefined
  getSync<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Value<F> | undefined {
    const target = toKeyBytes(key)
    const { entries, encoding } = this.#view(options)
    const found = entries.find(([other]) => compareBytes(other, target) === 0)
    return found === undefined ? undefined : (decode(encoding, found[1], 0, found[1].length) as Value<F>)
  }

  getMany(keys: readonly Bytes[], options?: PlainReadOptions): Promise<(Value<E> | undefined)[]>
  getMany<F extends Encoding = E>(keys: readonly Bytes[], options?: ReadOptions<F>): Promise<(Value<F> | undefined)[]>
  async getMany<F extends Encoding = E>(
    keys: readonly Bytes[],
    options?: ReadOptions<F>,
  ): Promise<(Value<F> | undefined)[]> {
    if (!Array.isArray(keys)) throw new VarveError('INVALID_ARGUMENT', 'keys must be an array')
    this.#view(options)
    return keys.map((key) => this.getSync(key, options))
  }

  async has(key: Bytes, options?: ReadOptions): Promise<boolean> {
    return this.hasSync(key, options)
  }

  hasSync(key: Bytes, options?: ReadOptions): boolean {
    return this.getSync(key, options) !== undefined
  }

  scan(options?: PlainScanOptions): Scan<E>
  scan<F extends Encoding = E, K extends Encoding = F, V extends Encoding = F>(
    options?: ScanOptions<F, K, V>,
  ): Scan<NoInfer<K>, NoInfer<V>>
  scan<F extends Encoding = E, K extends Encoding = F, V extends Encoding = F>(
    options?: ScanOptions<F, K, V>,
  ): Scan<K, V> {
    const { bounds, reverse, snapshot, ...rest } = checkScanOptions(options, this.#defaults())
    const { entries } = this.#view({ snapshot })
    const cursor = new SortedCursor(entries, bounds, reverse)
    const onClose = (): void => void this.#scans.delete(scan)
    const scan = new Scan<Encoding>(cursor, { ...rest, runtime: nodeRuntime, onClose })
    this.#scans.add(scan)
    return scan as unknown as Scan<K, V>
  }

  protected interruptScans(reason: VarveError): void {
    for (const scan of this.#scans) scan.interrupt(reason)
  }

  #defaults(): { snapshot: undefined; encoding: Encoding } {
    return { snapshot: undefined, encoding: this.encoding }
  }

  #view(options: ReadOptions | undefined): { entries: SortedEntries; encoding: Encoding } {
    const { snapshot, encoding } = checkReadOptions(options, this.#defaults())
    const entries = this.entries()
    if (snapshot === undefined) return { entries, encoding }
    if (snapshot instanceof SortedSnapshot && snapshot.isOf(this)) return { entries: snapshot.entries(), encoding }
    throw new VarveError('INVALID_ARGUMENT', 'the snapshot is not one of this store')
  }
}

export class SortedSnapshot<E extends Encoding> extends SortedReader<E> implements Snapshot<E> {
  readonly sequence: number
  readonly #entries: SortedEntries
  readonly #store: SortedReader<E>
  readonly #onClose: () => void
  #closed = false

  constructor(store: SortedReader<E>, entries: SortedEntries, sequence: number, onClose: () => void) {
    super(store.encoding)
    this.sequence = sequence
    this.#entries = entries
    this.#store = store
    this.#onClose = onClose
  }

  isOf(store: unknown): boolean {
    return store === this.#store || store === this
  }

  override entries(): SortedEntries {
    if (this.#closed) throw new VarveError('CLOSED', 'the snapshot is closed')
    return this.#entries
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.interruptScans(new VarveError('CLOSED', 'the snapshot is closed'))
    this.#onClose()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
