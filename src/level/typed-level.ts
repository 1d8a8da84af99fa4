import { AbstractLevel } from 'abstract-level'
import type {
  BatchOperation,
  BatchOptions,
  ChainedBatch,
  DatabaseOptions,
  DelOptions,
  GetManyOptions,
  GetOptions,
  HasManyOptions,
  HasOptions,
  Iterator,
  IteratorOptions,
  KeyIterator,
  KeyIteratorOptions,
  OpenOptions,
  PutOptions,
  Snapshot,
  ValueIterator,
  ValueIteratorOptions,
} from './level-options.ts'
import type { Format } from './level-range.ts'

/** AbstractLevel, whose methods take the further options of LevelDB, as those of ClassicLevel do. */
export interface TypedLevel<KDefault, VDefault> extends AbstractLevel<Format, KDefault, VDefault> {
  open(): Promise<void>
  open(options: OpenOptions): Promise<void>

  get(key: KDefault): Promise<VDefault | undefined>
  get<K = KDefault, V = VDefault>(key: K, options: GetOptions<K, V>): Promise<V | undefined>

  getSync(key: KDefault): VDefault | undefined
  getSync<K = KDefault, V = VDefault>(key: K, options: GetOptions<K, V>): V | undefined

  getMany(keys: KDefault[]): Promise<(VDefault | undefined)[]>
  getMany<K = KDefault, V = VDefault>(keys: K[], options: GetManyOptions<K, V>): Promise<(V | undefined)[]>

  has(key: KDefault): Promise<boolean>
  has<K = KDefault>(key: K, options: HasOptions<K>): Promise<boolean>

  hasMany(keys: KDefault[]): Promise<boolean[]>
  hasMany<K = KDefault>(keys: K[], options: HasManyOptions<K>): Promise<boolean[]>

  put(key: KDefault, value: VDefault): Promise<void>
  put<K = KDefault, V = VDefault>(key: K, value: V, options: PutOptions<K, V>): Promise<void>

  del(key: KDefault): Promise<void>
  del<K = KDefault>(key: K, options: DelOptions<K>): Promise<void>

  batch(operations: BatchOperation<this, KDefault, VDefault>[]): Promise<void>
  batch<K = KDefault, V = VDefault>(
    operations: BatchOperation<this, K, V>[],
    options: BatchOptions<K, V>,
  ): Promise<void>
  batch(): ChainedBatch<this, KDefault, VDefault>

  iterator(): Iterator<this, KDefault, VDefault>
  iterator<K = KDefault, V = VDefault>(options: IteratorOptions<K, V>): Iterator<this, K, V>

  keys(): KeyIterator<this, KDefault>
  keys<K = KDefault>(options: KeyIteratorOptions<K>): KeyIterator<this, K>

  values(): ValueIterator<this, KDefault, VDefault>
  values<K = KDefault, V = VDefault>(options: ValueIteratorOptions<K, V>): ValueIterator<this, K, V>

  // The parameter's type is abstract-level's own.
  snapshot(options?: object): Snapshot
}

/** The same class under these types. */
export const TypedLevel: new <KDefault, VDefault>(
  manifest: object,
  options: DatabaseOptions<KDefault, VDefault> | undefined,
) => TypedLevel<KDefault, VDefault> = AbstractLevel as never
