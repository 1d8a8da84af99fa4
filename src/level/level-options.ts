import type {
  AbstractBatchOperation,
  AbstractBatchOptions,
  AbstractChainedBatch,
  AbstractChainedBatchWriteOptions,
  AbstractDatabaseOptions,
  AbstractDelOptions,
  AbstractGetManyOptions,
  AbstractGetOptions,
  AbstractHasManyOptions,
  AbstractHasOptions,
  AbstractIterator,
  AbstractIteratorOptions,
  AbstractKeyIterator,
  AbstractKeyIteratorOptions,
  AbstractOpenOptions,
  AbstractPutOptions,
  AbstractSnapshot,
  AbstractValueIterator,
  AbstractValueIteratorOptions,
  Transcoder,
} from 'abstract-level'
import type { Durability, FileSystem, Logger, OpenOptions as VarveOptions } from '../index.ts'

/** What `open()` takes: options under LevelDB's names, and Varve's own (docs/options.md), which win. */
export interface OpenOptions extends AbstractOpenOptions, Omit<VarveOptions, 'compression' | 'encoding' | 'signal'> {
  /** Default `false`, which is `'none'`; `true` is `'deflate'`. Varve has no Snappy, and deflate costs far more time. */
  compression?: boolean | 'none' | 'deflate' | undefined
  /** LevelDB's name of `blockCacheBytes`. Default 32 MiB. */
  cacheSize?: number | undefined
  /** LevelDB's name of `memtableBytes`; at least 64 KiB. Default 16 MiB. */
  writeBufferSize?: number | undefined
  /** LevelDB's name of `blockBytes`. Default 4096. */
  blockSize?: number | undefined
  /** LevelDB's name of the `tableBytes` of `leveled()`, which it sets where no `compaction` is given. Default 8 MiB. */
  maxFileSize?: number | undefined
  /** Taken and without effect: tables choose their restarts themselves. */
  blockRestartInterval?: number | undefined
  /** Only `false`: one thread holds a store. Others ask it by messages. */
  multithreading?: boolean | undefined
  /** When a write resolves that has no `sync: true`. Default `'process'`, which is what LevelDB promises. */
  durability?: Durability | undefined
}

/** What the constructor takes. */
export interface DatabaseOptions<K, V> extends AbstractDatabaseOptions<K, V>, Omit<OpenOptions, 'passive'> {}

interface ReadOptions {
  /** Taken and without effect: the block cache keeps what is read often. */
  fillCache?: boolean | undefined
}

interface WriteOptions {
  /**
   * Resolve only when the write survives power loss, which is Varve's durability `'power'`; writes that wait together
   * share one sync. Default `false`: the `durability` that the database was opened with.
   */
  sync?: boolean | undefined
}

export interface GetOptions<K, V> extends AbstractGetOptions<K, V>, ReadOptions {}
export interface GetManyOptions<K, V> extends AbstractGetManyOptions<K, V>, ReadOptions {}
export interface HasOptions<K> extends AbstractHasOptions<K>, ReadOptions {}
export interface HasManyOptions<K> extends AbstractHasManyOptions<K>, ReadOptions {}

export interface PutOptions<K, V> extends AbstractPutOptions<K, V>, WriteOptions {}
export interface DelOptions<K> extends AbstractDelOptions<K>, WriteOptions {}
export interface BatchOptions<K, V> extends AbstractBatchOptions<K, V>, WriteOptions {}
export interface ChainedBatchWriteOptions extends AbstractChainedBatchWriteOptions, WriteOptions {}

export interface ChainedBatch<TDatabase, KDefault, VDefault>
  extends AbstractChainedBatch<TDatabase, KDefault, VDefault> {
  write(): Promise<void>
  write(options: ChainedBatchWriteOptions): Promise<void>
}

/** Of `approximateSize` and `compactRange`. */
export interface StartEndOptions<K> {
  /** Encodes `start` and `end`. Default: the database's. */
  keyEncoding?: string | Transcoder.PartialEncoder<K> | undefined
}

export interface AdditionalIteratorOptions extends ReadOptions {
  /** Taken and without effect: an iterator reads at most 256 entries, or 64 KiB, ahead. */
  highWaterMarkBytes?: number | undefined
}

/** Of the static `repair`. */
export interface RepairOptions {
  /** Default: the disk of this machine. */
  fileSystem?: FileSystem | undefined
  /** Is told what was lost. Default: a process warning. */
  logger?: Logger | undefined
}

// Under the names of classic-level, so that imports of types move, too.
/** One operation of a batch: a put with key and value, or a delete. */
export type BatchOperation<TDatabase, K, V> = AbstractBatchOperation<TDatabase, K, V>
export type Iterator<TDatabase, K, V> = AbstractIterator<TDatabase, K, V>
export type KeyIterator<TDatabase, K> = AbstractKeyIterator<TDatabase, K>
export type ValueIterator<TDatabase, K, V> = AbstractValueIterator<TDatabase, K, V>
export type IteratorOptions<K, V> = AbstractIteratorOptions<K, V> & AdditionalIteratorOptions
export type KeyIteratorOptions<K> = AbstractKeyIteratorOptions<K> & AdditionalIteratorOptions
export type ValueIteratorOptions<K, V> = AbstractValueIteratorOptions<K, V> & AdditionalIteratorOptions
export type Snapshot = AbstractSnapshot
