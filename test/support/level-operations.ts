/**
 * What is done to a level database, as plain data: a case that fails is printed, shrunk and pasted into a test as it is.
 */
export interface LevelCase {
  readonly setting: Setting
  /** Called together right after construction, while the database still opens. */
  readonly early: readonly Operation[]
  readonly operations: readonly Operation[]
}

/** What only an LSM store knows of: how it stores. */
export interface Setting {
  readonly strategy: 'leveled' | 'size-tiered'
  readonly memtableBytes: number
  readonly isOnDisk: boolean
  /** Of the root; what it has no encoding for is utf8. */
  readonly keyEncoding?: Encoding
  readonly valueEncoding?: Encoding
}

export type Encoding = 'utf8' | 'buffer' | 'view' | 'json' | 'hex' | 'base64'

/** The root and its sublevels: `a.b` is b within a, `a+b` names the same keys by the path [a, b], `c` has encodings of its own. */
export type Place = 'root' | 'a' | 'a.b' | 'a+b' | 'c'

/** The native text where the encoding is utf8 or json, else bytes as latin1. Null is what every database refuses. */
export type KeyText = string | null

export interface KeyData {
  readonly text: KeyText
  /** Default: the place's. */
  readonly encoding?: Encoding
}

export interface ValueData extends KeyData {
  /** How often the text is repeated: 1 by default. */
  readonly times?: number
}

export interface WriteData {
  readonly key: KeyData
  /** Absent: a del. */
  readonly value?: ValueData
  readonly sublevel?: Place
}

export interface RangeData {
  readonly gt?: KeyText
  readonly gte?: KeyText
  readonly lt?: KeyText
  readonly lte?: KeyText
  readonly reverse?: boolean
  readonly limit?: number
  readonly keyEncoding?: Encoding
}

/** A snapshot's place among those that were taken; one that was never taken is none. */
export type Slot = number

export interface ReadData {
  readonly valueEncoding?: Encoding
  readonly snapshot?: Slot
}

export interface IterationData extends RangeData, ReadData {
  readonly keys?: boolean
  readonly values?: boolean
  readonly highWaterMarkBytes?: number
}

export type Step =
  | { readonly step: 'next' }
  | { readonly step: 'nextv'; readonly size: number }
  | { readonly step: 'all' }
  /** `for await`, left after the given number of items. */
  | { readonly step: 'loop'; readonly most: number }
  | { readonly step: 'seek'; readonly to: KeyData }
  | { readonly step: 'abort' }
  | { readonly step: 'close' }

/** A chained batch clears where it neither puts nor deletes. */
export type ChainCall = WriteData | 'clear'

interface At {
  readonly at: Place
}

export type WriteOperation =
  | (At & { readonly kind: 'put'; readonly key: KeyData; readonly value: ValueData; readonly sync?: boolean })
  | (At & { readonly kind: 'del'; readonly key: KeyData; readonly sync?: boolean })
  | (At & { readonly kind: 'batch'; readonly writes: readonly WriteData[]; readonly sync?: boolean })
  | (At & {
      readonly kind: 'chain'
      readonly calls: readonly ChainCall[]
      readonly end: 'write' | 'close'
      readonly sync?: boolean
    })
  | (At & { readonly kind: 'clear'; readonly range: RangeData; readonly snapshot?: Slot })

export type ReadOperation =
  | (At & { readonly kind: 'get' | 'getSync' | 'has'; readonly key: KeyData } & ReadData)
  | (At & {
      readonly kind: 'getMany' | 'hasMany'
      readonly keys: readonly KeyText[]
      readonly keyEncoding?: Encoding
    } & ReadData)
  | (At & {
      readonly kind: 'iterate'
      readonly over: 'iterator' | 'keys' | 'values'
      readonly options: IterationData
      readonly steps: readonly Step[]
      /** Where the iterator is kept for later; one that is not is closed. */
      readonly keep?: Slot
    })

export type StateOperation =
  | { readonly kind: 'resume'; readonly slot: Slot; readonly steps: readonly Step[] }
  | (At & { readonly kind: 'snapshot'; readonly slot: Slot })
  | { readonly kind: 'release'; readonly slot: Slot }
  | (At & { readonly kind: 'compact' })
  | (At & {
      readonly kind: 'reopen'
      /** By another instance, where the data outlives one. */
      readonly anew: boolean
      /** Done one after another while it is closed. */
      readonly meanwhile: readonly Operation[]
      /** Called together while it opens. */
      readonly early: readonly Operation[]
    })

export type Operation = WriteOperation | ReadOperation | StateOperation
