import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { corruption, VarveError } from '../errors.ts'

/**
 * A record of tagged fields, each: varint (tag * 2 + 1 where a reader must understand it), varint length, that many bytes.
 * A reader refuses an unknown field that it must understand and skips any other, so that later versions may add both sorts.
 */
export class FieldWriter {
  readonly #writer: ByteWriter = new ByteWriter()
  readonly #body: ByteWriter = new ByteWriter(64)

  number(tag: number, value: number): void {
    this.#body.clear()
    this.#body.varint(value)
    this.bytes(tag, this.#body.view())
  }

  /** Numbers one after another, without a count. */
  numbers(tag: number, values: readonly number[]): void {
    this.#body.clear()
    for (const value of values) this.#body.varint(value)
    this.bytes(tag, this.#body.view())
  }

  text(tag: number, value: string): void {
    this.bytes(tag, new TextEncoder().encode(value))
  }

  /** Any field: this version writes only such that must be understood. */
  bytes(tag: number, value: Uint8Array): void {
    this.#writer.varint(tag * 2 + 1)
    this.#writer.prefixed(value)
  }

  finish(): Uint8Array {
    return this.#writer.finish()
  }
}

/** Which tags a record may hold: 'one' at most once, 'many' any number of times. */
export type KnownTags = ReadonlyMap<number, 'one' | 'many'>

/** Walks the fields of a record. After `next()`, exactly one of the reading methods takes the current field whole. */
export class FieldReader {
  tag = 0
  readonly #known: KnownTags
  readonly #reader: ByteReader
  readonly #file: string | undefined
  readonly #base: number
  readonly #seen = new Set<number>()
  #body: ByteReader

  constructor(known: KnownTags, bytes: Uint8Array, file: string | undefined, base: number) {
    this.#known = known
    this.#reader = new ByteReader(bytes, 0, bytes.length, file, base)
    this.#body = this.#reader
    this.#file = file
    this.#base = base
  }

  /** Moves to the next known field; false at the end. */
  next(): boolean {
    const reader = this.#reader
    while (reader.remaining > 0) {
      const head = reader.varint()
      const start = reader.skip(reader.varint())
      const tag = Math.floor(head / 2)
      const times = this.#known.get(tag)
      if (times === undefined) {
        if (head % 2 === 0) continue
        throw new VarveError('UNSUPPORTED_FORMAT', `field ${tag} of the manifest needs a newer version of varve`, {
          file: this.#file,
          offset: this.#base + start,
        })
      }
      if (times === 'one' && this.#seen.has(tag)) reader.fail(`field ${tag} stands twice`)
      this.#seen.add(tag)
      this.tag = tag
      this.#body = new ByteReader(reader.buffer, start, reader.offset, this.#file, this.#base)
      return true
    }
    return false
  }

  has(tag: number): boolean {
    return this.#seen.has(tag)
  }

  number(): number {
    const value = this.#body.varint()
    if (this.#body.remaining > 0) this.fail('a number is followed by more bytes')
    return value
  }

  /** A number from `least` to `most`. */
  numberFrom(least: number, most: number): number {
    const value = this.number()
    if (value < least || value > most) this.fail(`${value} is not a number from ${least} to ${most}`)
    return value
  }

  numbers(): number[] {
    const values: number[] = []
    while (this.#body.remaining > 0) values.push(this.#body.varint())
    return values
  }

  text(): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#body.bytes(this.#body.remaining))
    } catch {
      return this.fail('a name is not valid UTF-8')
    }
  }

  /** A copy of the field's bytes, of which there may be `most`. */
  bytes(most: number): Uint8Array {
    if (this.#body.remaining > most) this.fail(`${this.#body.remaining} bytes stand where at most ${most} may`)
    return this.#body.bytes(this.#body.remaining).slice()
  }

  /** The fields of the record that this field holds. */
  record(known: KnownTags): FieldReader {
    const start = this.#body.skip(this.#body.remaining)
    return new FieldReader(known, this.#body.buffer.subarray(start, this.#body.end), this.#file, this.#base + start)
  }

  fail(what: string): never {
    throw corruption(what, this.#file, this.#base + this.#body.offset)
  }

  /** Refuses a record that lacks one of `tags`. */
  require(tags: readonly number[]): void {
    for (const tag of tags) if (!this.#seen.has(tag)) this.fail(`a record lacks field ${tag}`)
  }
}
