import v8 from 'node:v8'
import vm from 'node:vm'

/** So much memory outside of the heap may be garbage: of this thread, and of others, who mostly use theirs again. */
const PLAIN_BYTES = 8 << 20
const SHARED_BYTES = 32 << 20

/**
 * Collects the garbage of this thread now and then. Its objects are few, and by themselves would call the collector only when 64 MiB of buffers had
 * gathered behind them: memory that the store could not account for.
 */
export class GarbageCollector {
  #collect: (() => void) | undefined
  /** Of plain buffers: the least that was held since the last collection, which may free its finds a little later. */
  #keptBytes = 0
  /** Of shared buffers: what was let go of since the last collection. */
  #sharedBytes = 0

  /** Buffers of another thread, of so many bytes, are needed no more: V8 does not count them, and they stay while they are known here. */
  noteShared(bytes: number): void {
    this.#sharedBytes += bytes
  }

  /** To be called often, where as little as possible is held. */
  collectIfDue(): void {
    const { external_memory: heldBytes } = v8.getHeapStatistics()
    this.#keptBytes = Math.min(this.#keptBytes, heldBytes)
    if (heldBytes - this.#keptBytes < PLAIN_BYTES && this.#sharedBytes < SHARED_BYTES) return
    this.#collect ??= findCollector()
    this.#collect()
    this.#keptBytes = heldBytes
    this.#sharedBytes = 0
  }
}

/** V8's own, which it shows to new contexts while the flag is set. Where there is none, as on other engines, its user has more memory. */
function findCollector(): () => void {
  try {
    v8.setFlagsFromString('--expose-gc')
    const collect: unknown = vm.runInNewContext('gc')
    v8.setFlagsFromString('--no-expose-gc')
    if (typeof collect === 'function') return () => collect()
  } catch {}
  return () => {}
}
