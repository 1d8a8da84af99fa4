import type { RecoveryReport } from './recovery-report.ts'
import type { Scan } from './scan.ts'
import type { StoreStatistics } from './statistics.ts'

/**
 * Keys and values go in as bytes or as strings, which are stored as UTF-8. Strings with lone surrogates are refused. Memory
 * that is shared between threads is copied as it is at the call.
 */
export type Bytes = Uint8Array | string

/**
 * When a write resolves. 'power': its bytes are fdatasync'd; 'process': they are with the operating system; 'none': it
 * is in the memtable and queued for the log.
 */
export type Durability = 'power' | 'process' | 'none'

/**
 * How reads return keys and values: as Uint8Array, as Node's Buffer, or as strings decoded from UTF-8. Bytes that are not
 * UTF-8 become U+FFFD, so two keys may read as one string.
 */
export type Encoding = 'bytes' | 'buffer' | 'utf8'

/** What a read returns under an encoding. */
export type Value<E extends Encoding> = E extends 'utf8' ? string : E extends 'buffer' ? Buffer : Uint8Array

/** Options of one write; the durability is the store's where none is given. */
export interface WriteOptions {
  /** Default: the store's `durability`, which is 'power' unless said otherwise at opening. */
  durability?: Durability | undefined
}

/** Options of one read; what is left out is as the store was opened. */
export interface ReadOptions<E extends Encoding = Encoding> {
  /** Read as of this snapshot, which must be of the same store. Default: the newest published state. */
  snapshot?: Snapshot | undefined
  /** Default: the store's `encoding`, which is 'bytes' unless said otherwise at opening. */
  encoding?: E | undefined
}

/** Read options that name no encoding: the store's is what counts. */
export type PlainReadOptions = ReadOptions & { encoding?: undefined }

/**
 * A range of keys in unsigned byte order. All bounds given must hold; `gte` wins over `gt`, `lte` over `lt`. An
 * inverted range is empty.
 */
export interface KeyRange {
  gt?: Bytes | undefined
  gte?: Bytes | undefined
  lt?: Bytes | undefined
  lte?: Bytes | undefined
  /** Only keys that begin with this. */
  prefix?: Bytes | undefined
}

/** Options of a scan: a range, how entries are returned, direction and limit. */
export interface ScanOptions<E extends Encoding = Encoding, K extends Encoding = E, V extends Encoding = E>
  extends KeyRange,
    ReadOptions<E> {
  /** Of keys alone. Default: `encoding`. */
  keyEncoding?: K | undefined
  /** Of values alone. Default: `encoding`. */
  valueEncoding?: V | undefined
  /** Greatest key first. Default false. */
  reverse?: boolean | undefined
  /** At most this many entries, an integer of at least 0. Default: all. */
  limit?: number | undefined
  /** Ends the scan with ABORTED. */
  signal?: AbortSignal | undefined
}

/** Scan options that name no encoding: the store's is what counts. */
export type PlainScanOptions = ScanOptions & {
  encoding?: undefined
  keyEncoding?: undefined
  valueEncoding?: undefined
}

/** One operation of a batch: a put with key and value, or a delete. */
export type BatchOperation = { type: 'put'; key: Bytes; value: Bytes } | { type: 'delete'; key: Bytes }

/**
 * The reads that a store and its snapshots share. A missing key reads as undefined. What is returned belongs to the
 * caller. Values of 65 bytes to 1 KiB may share an ArrayBuffer of 8 KiB, as Node's Buffers do.
 */
export interface Reader<E extends Encoding = 'bytes'> {
  /** Like `getSync`, as a promise. */
  get(key: Bytes, options?: PlainReadOptions): Promise<Value<E> | undefined>
  get<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Promise<Value<F> | undefined>
  /** The value of a key. Throws INVALID_ARGUMENT, CLOSED, CORRUPTION or IO. */
  getSync(key: Bytes, options?: PlainReadOptions): Value<E> | undefined
  getSync<F extends Encoding = E>(key: Bytes, options?: ReadOptions<F>): Value<F> | undefined
  /** The values of many keys in the order asked, all as of one instant. */
  getMany(keys: readonly Bytes[], options?: PlainReadOptions): Promise<(Value<E> | undefined)[]>
  getMany<F extends Encoding = E>(keys: readonly Bytes[], options?: ReadOptions<F>): Promise<(Value<F> | undefined)[]>
  /** Whether a key is there; its value is not copied. */
  has(key: Bytes, options?: ReadOptions): Promise<boolean>
  hasSync(key: Bytes, options?: ReadOptions): boolean
  /** The entries of a range in key order. The view is fixed at this call. */
  scan(options?: PlainScanOptions): Scan<E>
  scan<F extends Encoding = E, K extends Encoding = F, V extends Encoding = F>(
    options?: ScanOptions<F, K, V>,
  ): Scan<NoInfer<K>, NoInfer<V>>
}

/** A fixed view of the store: what it sees is kept until it is closed; `using` closes it. */
export interface Snapshot<E extends Encoding = Encoding> extends Reader<E>, Disposable {
  /** The last sequence published when the view was made. */
  readonly sequence: number
  /** Closing twice is harmless. */
  close(): void
}

/**
 * The contract both engines keep. Commit order is call order, over all durabilities; bytes are copied at the call; a
 * write becomes visible, its whole batch at once, when it resolves, never before its own durability and never before an
 * earlier write.
 */
export interface KeyValueStore<E extends Encoding = 'bytes'> extends Reader<E>, AsyncDisposable {
  /** What opening found and did. */
  readonly recovery: RecoveryReport
  /**
   * Resolves with the write's sequence. Rejects with INVALID_ARGUMENT, CLOSED, READ_ONLY, OVERLOADED, NO_SPACE, IO or
   * POISONED; `outcome` says whether the write may be there after the next opening.
   */
  put(key: Bytes, value: Bytes, options?: WriteOptions): Promise<number>
  /** Deletes a key, there or not. Otherwise like `put`. */
  delete(key: Bytes, options?: WriteOptions): Promise<number>
  /**
   * Applies all operations or none, in order: a later one on the same key wins. Resolves with the last sequence. An
   * empty batch resolves with the store's.
   */
  batch(operations: readonly BatchOperation[], options?: WriteOptions): Promise<number>
  /** Commits what is pending first, then this write, before it returns. */
  putSync(key: Bytes, value: Bytes, options?: WriteOptions): number
  deleteSync(key: Bytes, options?: WriteOptions): number
  batchSync(operations: readonly BatchOperation[], options?: WriteOptions): number
  /** Synchronous; see Snapshot. */
  snapshot(): Snapshot<E>
  /**
   * Deletes every key in the range (default: all). It takes its place in the order of calls: it deletes what pending
   * writes put and spares what later ones do. It becomes visible in parts, and a crash may leave it half-done. A range
   * that names options of which none has a value is refused, and so is an empty prefix: nobody means all of it.
   */
  clear(range?: KeyRange, options?: WriteOptions): Promise<void>
  /** How many keys the range (default: all) held at the call, exactly; reads them all. */
  count(range?: KeyRange): Promise<number>
  /**
   * About how many bytes on disk the range (default: all) takes; reads nothing. Never less for a range that holds more.
   */
  approximateSize(range?: KeyRange): number
  /** Resolves when everything acknowledged so far survives power loss. */
  sync(): Promise<void>
  /** Writes the memtable to tables; resolves when they are installed. */
  flush(): Promise<void>
  /**
   * Merges every table that the range (default: all) touches into the deepest level, after a flush; resolves when done.
   * Rejects with ABORTED when the signal says so, which leaves the store as sound as it was.
   */
  compact(range?: KeyRange, options?: { signal?: AbortSignal | undefined }): Promise<void>
  /**
   * Checks every byte on disk and every rule among files. Resolves with a report; rejects with CORRUPTION, the report
   * on the error.
   */
  verify(): Promise<VerifyReport>
  /** Numbers since opening. Throws CLOSED on a closed store. */
  stats(): StoreStatistics
  /** After NO_SPACE: takes writes again, or rejects with NO_SPACE. */
  resume(): Promise<void>
  /**
   * Waits for queued writes, ends scans and snapshots, makes everything durable, frees the lock. Closing twice is
   * harmless.
   */
  close(): Promise<void>
}

/** What `verify` read, and each problem that it found. */
export interface VerifyReport {
  /** Files read, and bytes in them. */
  files: number
  bytes: number
  /**
   * Entries in tables: deletes and older versions are counted, and writes that are in logs alone are not. So a store
   * that was never flushed has 0. Of a B-tree: its keys.
   */
  entries: number
  /** Files of the store's own kind that nothing needs: they only take space, and go when an unclean end is recovered. */
  orphans: string[]
  /** What is wrong, one line each; empty when all is well. */
  problems: { file: string; offset?: number | undefined; what: string }[]
}
