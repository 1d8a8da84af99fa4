import type { Encoding, KeyData, Place, Setting, Slot, ValueData } from './level-operations.ts'
import type { Level, LevelIterator, LevelSnapshot } from './level-shape.ts'

export type LevelEncodings = Pick<Setting, 'keyEncoding' | 'valueEncoding'>

/** How to get a database of one implementation, at a place of its own that is empty at first. */
export interface LevelSource {
  readonly name: string
  /** Another instance at the same place. */
  make(encodings: LevelEncodings): Level
  /** Data lives in the instance alone, and byte arrays are kept and given out without copying them. */
  readonly isInstance: boolean
  /**
   * What ClassicLevel dies of, by assertions in LevelDB: a seek in an iterator of a database that is wholly empty, and an
   * iterator of a closed snapshot, which reads freed memory.
   */
  readonly isFragile: boolean
  /**
   * Answers with a Buffer where a view was asked for. By the README of abstract-level it is a Uint8Array, which a Buffer is,
   * too; the other way round it would be an error.
   */
  readonly givesBuffersForViews: boolean
  cleanup(): Promise<void>
}

export interface KeptSnapshot {
  readonly snapshot: LevelSnapshot
  readonly isOfNothing: boolean
}

export interface KeptIterator {
  readonly iterator: LevelIterator
  readonly over: 'iterator' | 'keys' | 'values'
  readonly encodings: Required<LevelEncodings>
  readonly abort: AbortController
  readonly isOfNothing: boolean
  /** Whether ClassicLevel is not asked any more. */
  isUnasked: boolean
  /** Whether a read failed: what the implementations had consumed by then depends on how far each reads ahead. */
  isSpoilt: boolean
}

/** One database on its way through a case: its sublevels, and the snapshots and iterators that are kept open. */
export class LevelSubject {
  readonly source: LevelSource
  readonly snapshots: Map<Slot, KeptSnapshot> = new Map()
  /** One that was not asked for is null. */
  readonly iterators: Map<Slot, KeptIterator | null> = new Map()
  /** Whether the whole database holds nothing, as was seen after the last write. */
  holdsNothing = true
  readonly #encodings: LevelEncodings
  #levels: Record<Place, Level>
  /** Byte arrays made for calls, to be scribbled on when these are over. */
  #given: Uint8Array[] = []

  constructor(source: LevelSource, { keyEncoding, valueEncoding }: Setting) {
    this.source = source
    this.#encodings = {
      ...(keyEncoding !== undefined && { keyEncoding }),
      ...(valueEncoding !== undefined && { valueEncoding }),
    }
    this.#levels = withSublevels(source.make(this.#encodings))
  }

  get name(): string {
    return this.source.name
  }

  at(place: Place): Level {
    return this.#levels[place]
  }

  /** Goes on with another instance, which opens; where data lives in the instance, with the same one. */
  renew(): Promise<void> {
    const root = this.source.isInstance ? this.at('root') : this.source.make(this.#encodings)
    const opening = this.source.isInstance ? root.open() : undefined
    this.#levels = withSublevels(root)
    return opening ?? root.open()
  }

  /** Opens what is closed: a sublevel does not open with its parent. */
  async open(): Promise<void> {
    await Promise.all(Object.values(this.#levels).map((level) => level.open()))
  }

  /** All that the database holds, as bytes. */
  async content(): Promise<[unknown, unknown][]> {
    const options = { keyEncoding: 'view', valueEncoding: 'view' }
    const content = (await this.at('root').iterator(options).all()) as [unknown, unknown][]
    this.holdsNothing = content.length === 0
    return content.map(([key, value]) => [this.exact(key, 'view'), this.exact(value, 'view')])
  }

  /** A key or value as its encoding takes it. */
  native({ text, encoding, times = 1 }: ValueData, standard: Encoding): unknown {
    if (text === null) return null
    const full = text.repeat(times)
    const effective = encoding ?? standard
    if (effective === 'utf8') return full
    if (effective === 'json') return full.length % 2 === 0 ? full : { text: full }
    if (effective === 'hex' || effective === 'base64') return Buffer.from(full, 'latin1').toString(effective)
    const bytes = effective === 'view' ? Uint8Array.from(Buffer.from(full, 'latin1')) : Buffer.from(full, 'latin1')
    this.#given.push(bytes)
    return bytes
  }

  key(data: KeyData, place: Place): unknown {
    return this.native(data, placeEncodings(place, this.#encodings).keyEncoding)
  }

  value(data: ValueData, place: Place): unknown {
    return this.native(data, placeEncodings(place, this.#encodings).valueEncoding)
  }

  /** The encodings of a call, which are the place's where it says nothing. */
  encodings(place: Place, { keyEncoding, valueEncoding }: LevelEncodings): Required<LevelEncodings> {
    const standard = placeEncodings(place, this.#encodings)
    return {
      keyEncoding: keyEncoding ?? standard.keyEncoding,
      valueEncoding: valueEncoding ?? standard.valueEncoding,
    }
  }

  /** What was read, of the type that its encoding has by the README. */
  exact(data: unknown, encoding: Encoding): unknown {
    if (!this.source.givesBuffersForViews || encoding !== 'view' || !Buffer.isBuffer(data)) return data
    return new Uint8Array(data.buffer, data.byteOffset, data.length)
  }

  /** The byte arrays made since the last call. */
  takeGiven(): Uint8Array[] {
    const given = this.#given
    this.#given = []
    return given
  }
}

export function isClosed(snapshot: LevelSnapshot): boolean {
  try {
    snapshot.ref()
  } catch {
    return true
  }
  snapshot.unref()
  return false
}

function placeEncodings(place: Place, root: LevelEncodings): Required<LevelEncodings> {
  if (place === 'c') return { keyEncoding: 'buffer', valueEncoding: 'json' }
  if (place === 'a.b') return { keyEncoding: 'view', valueEncoding: 'utf8' }
  if (place !== 'root') return { keyEncoding: 'utf8', valueEncoding: 'utf8' }
  return { keyEncoding: root.keyEncoding ?? 'utf8', valueEncoding: root.valueEncoding ?? 'utf8' }
}

function withSublevels(root: Level): Record<Place, Level> {
  const a = root.sublevel('a')
  return {
    root,
    a,
    'a.b': a.sublevel('b', placeEncodings('a.b', {})),
    'a+b': root.sublevel(['a', 'b']),
    c: root.sublevel('c', placeEncodings('c', {})),
  }
}
