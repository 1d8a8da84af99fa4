/**
 * What is called of a level database, whatever its keys and values are. The types of abstract-level lead from each database
 * to its sublevels and back, and tell implementations apart that are called alike.
 */
export interface Level {
  readonly status: string
  open(): Promise<void>
  close(): Promise<void>
  get(key: unknown, options?: object): Promise<unknown>
  getSync(key: unknown, options?: object): unknown
  has(key: unknown, options?: object): Promise<unknown>
  getMany(keys: unknown[], options?: object): Promise<unknown>
  hasMany(keys: unknown[], options?: object): Promise<unknown>
  put(key: unknown, value: unknown, options: object): Promise<void>
  del(key: unknown, options: object): Promise<void>
  batch(): LevelBatch
  batch(operations: object[], options: object): Promise<void>
  clear(options: object): Promise<void>
  iterator(options: object): LevelIterator
  keys(options: object): LevelIterator
  values(options: object): LevelIterator
  snapshot(): LevelSnapshot
  sublevel(name: string | string[], options?: object): Level
  keyEncoding(name: unknown): LevelEncoding
  /** A merge of all there is, where there is something to merge. */
  compactRange?(start: unknown, end: unknown, options: object): Promise<void>
}

export interface LevelIterator extends AsyncIterable<unknown> {
  readonly count: number
  readonly limit: number
  next(): Promise<unknown>
  nextv(size: number): Promise<unknown[]>
  all(): Promise<unknown[]>
  seek(target: unknown, options: object): void
  close(): Promise<void>
}

export interface LevelBatch {
  readonly length: number
  put(key: unknown, value: unknown, options: object): LevelBatch
  del(key: unknown, options: object): LevelBatch
  clear(): LevelBatch
  write(options: object): Promise<void>
  close(): Promise<void>
}

export interface LevelSnapshot {
  ref(): void
  unref(): void
  close(): Promise<void>
}

export interface LevelEncoding {
  readonly format: string
  encode(data: unknown): { readonly length: number }
}
