import { markAsUntransferable } from 'node:worker_threads'

/** As much as Node's own pool, that of Buffers. */
const POOL_BYTES = 8 * 1024
/** V8 keeps the memory of arrays to this size on its heap, beside the array: nothing is quicker. */
const ON_HEAP_BYTES = 64
/** At most an eighth of a buffer is left unused. */
const MAX_BYTES = POOL_BYTES / 8

/**
 * Memory for copies that are given away: an ArrayBuffer for each would cost as much as finding what it is to hold. No
 * byte is given away twice. A buffer lives as long as anything that lies in it is held.
 */
export class ValuePool {
  #bytes = new Uint8Array(0)
  /** That of `#bytes`, kept: to ask an array for it is a call out of compiled code. */
  #buffer: ArrayBufferLike = this.#bytes.buffer
  #end = 0

  /** Whether values of this length are better off here than in an ArrayBuffer of their own. */
  takes(length: number): boolean {
    return length > ON_HEAP_BYTES && length <= MAX_BYTES
  }

  /** Copies a slice, of a length that the pool takes, into `buffer`, and returns where it begins there. */
  put(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    if (this.#end + length > this.#bytes.length) this.#renew()
    const at = this.#end
    this.#bytes.set(bytes.subarray(start, end), at)
    this.#end = at + length
    return at
  }

  /** Where `put` put the last slice. */
  get buffer(): ArrayBufferLike {
    return this.#buffer
  }

  #renew(): void {
    this.#bytes = new Uint8Array(POOL_BYTES)
    this.#buffer = this.#bytes.buffer
    this.#end = 0
    // Who passes one value's buffer on to another thread must not take all others away from their owners.
    markAsUntransferable(this.#buffer)
  }
}
