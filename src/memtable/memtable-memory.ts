let sharedMade = 0

/** How many bytes of shared buffers were ever made here, for all stores together. */
export function sharedBytesMade(): number {
  return sharedMade
}

/**
 * The buffers of memtables that follow each other: what a flushed one gives back, the next one takes. Without that every flush would leave the
 * collector a memtable of garbage, which it does not even count where the buffers are shared.
 *
 * A buffer that was used before holds what it held.
 */
export class MemtableMemory {
  readonly #isShared: boolean
  /** By size. */
  readonly #free = new Map<number, ArrayBufferLike[]>()
  freeBytes = 0

  /** `isShared`: buffers that another thread can read where they lie. */
  constructor(isShared: boolean) {
    this.#isShared = isShared
  }

  take(bytes: number): ArrayBufferLike {
    const free = this.#free.get(bytes)?.pop()
    if (free !== undefined) {
      this.freeBytes -= bytes
      return free
    }
    if (!this.#isShared) return new ArrayBuffer(bytes)
    sharedMade += bytes
    return new SharedArrayBuffer(bytes)
  }

  /** REQUIRES that nothing reads the buffer any more. */
  give(buffer: ArrayBufferLike): void {
    const bytes = buffer.byteLength
    const free = this.#free.get(bytes)
    if (free === undefined) this.#free.set(bytes, [buffer])
    else free.push(buffer)
    this.freeBytes += bytes
  }

  /** Leaves what nobody uses to the collector. */
  release(): void {
    if (this.#isShared) weigh([...this.#free.values()].flat())
    this.#free.clear()
    this.freeBytes = 0
  }
}

/** Of garbage that V8 does not count: see `weigh`. */
const weights = new FinalizationRegistry<Uint8Array>(() => {})

/**
 * V8 does not count shared buffers, so however many of them are garbage, they do not call the collector. Until they are collected, a plain
 * buffer of their size stands for them, which takes no memory, because nothing is ever written there.
 */
function weigh(buffers: readonly ArrayBufferLike[]): void {
  let bytes = 0
  for (const { byteLength } of buffers) bytes += byteLength
  if (bytes > 0) weights.register(buffers[0]!, Buffer.allocUnsafeSlow(bytes))
}
