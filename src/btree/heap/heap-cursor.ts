import type { PageReader } from '../tree/page-access.ts'
import type { TreeCursor } from '../tree/tree-cursor.ts'
import { HeapPlace } from './heap-place.ts'

/** Walks the index, and follows an entry to its row when the value is asked for. */
export class HeapCursor {
  readonly #reader: PageReader
  readonly #index: TreeCursor
  readonly #place = new HeapPlace()
  #isFollowed = false

  constructor(reader: PageReader, index: TreeCursor) {
    this.#reader = reader
    this.#index = index
  }

  get key(): Uint8Array {
    return this.#index.key
  }

  get keyStart(): number {
    return this.#index.keyStart
  }

  get keyEnd(): number {
    return this.#index.keyEnd
  }

  get value(): Uint8Array {
    return this.#follow().page
  }

  get valueStart(): number {
    return this.#follow().row.valueStart
  }

  get valueEnd(): number {
    return this.#follow().row.valueEnd
  }

  advance(): boolean {
    this.#isFollowed = false
    return this.#index.advance()
  }

  seek(key: Uint8Array): void {
    this.#index.seek(key)
  }

  close(): void {
    this.#index.close()
  }

  #follow(): HeapPlace {
    if (!this.#isFollowed) {
      const { value, valueStart, valueEnd } = this.#index
      this.#place.read(this.#reader, value, valueStart, valueEnd)
      this.#isFollowed = true
    }
    return this.#place
  }
}
