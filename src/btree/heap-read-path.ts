import type { Bounds, ScanCursor } from '../kv-store/scan-cursor.ts'
import type { FoundValue } from '../store/store-reader.ts'
import { HeapCursor } from './heap/heap-cursor.ts'
import { HeapPlace } from './heap/heap-place.ts'
import type { Pager } from './pager.ts'
import { ReadPath } from './read-path.ts'

/** Reads of a store whose tree leads to rows in a heap. */
export class HeapReadPath extends ReadPath {
  readonly #pager: Pager
  readonly #place = new HeapPlace()
  readonly #found: { value: Uint8Array; valueStart: number; valueEnd: number }

  constructor(pager: Pager, root: number) {
    super(pager, root)
    this.#pager = pager
    this.#found = { value: this.#place.page, valueStart: 0, valueEnd: 0 }
  }

  override find(key: Uint8Array, sequence: number): FoundValue | undefined {
    const entry = super.find(key, sequence)
    if (entry === undefined) return undefined
    this.#place.read(this.#pager.view(sequence), entry.value, entry.valueStart, entry.valueEnd)
    this.lookupPages++
    this.#found.value = this.#place.page
    this.#found.valueStart = this.#place.row.valueStart
    this.#found.valueEnd = this.#place.row.valueEnd
    return this.#found
  }

  override openCursor(bounds: Bounds, sequence: number, reverse: boolean): ScanCursor {
    return new HeapCursor(this.#pager.view(sequence), this.openTreeCursor(bounds, sequence, reverse))
  }
}
