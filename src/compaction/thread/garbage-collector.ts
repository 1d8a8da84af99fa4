import v8 from 'node:v8'
import vm from 'node:vm'

/** So much memory outside of the heap may be garbage: of this thread, and of others. */
const PLAIN_BYTES = 16 << 20
const SHARED_BYTES = 32 << 20

/**
 * Collects the garbage of this thread now and then. Its objects are few, and by themselves would call the collector only when 64 MiB of buffers had
 * gathered behind them: memory that the store could not account for.
 *
 * As seldom as that allows: a class without an instance loses what V8 knows of it two or three collections later, and all
 * code that was compiled for it. To compile that again, job after job, took more of the cores than collecting.
 */
export class GarbageCollector {
  #collect: (() => void) | undefined
  /** Of plain buffers: the least that was held since the last collection, which may free its finds a little later. */
  #keptBytes = 0
  /** Of other threads' shared buffers: what was let go of since the last collection. */
  #letGoBytes = 0
  /** How many bytes of them were ever made, and until the last collection. */
  #madeBytes = 0
  #madeBytesBefore = 0

  /** Shared buffers of so many bytes are needed no more: V8 does not count them, and they stay while they are known here. */
  noteLetGo(bytes: number): void {
    this.#letGoBytes += bytes
  }

  /** So many bytes of shared buffers were ever made. While there are no new ones, those that were let go of are used again. */
  noteMade(bytes: number): void {
    this.#madeBytes = bytes
  }

  /** To be called often, where as little as possible is held. */
  collectIfDue(): void {
    const { external_memory: heldBytes } = v8.getHeapStatistics()
    this.#keptBytes = Math.min(this.#keptBytes, heldBytes)
    const sharedBytes = Math.min(this.#letGoBytes, this.#madeBytes - this.#madeBytesBefore)
    if (heldBytes - this.#keptBytes < PLAIN_BYTES && sharedBytes < SHARED_BYTES) return
    this.#collect ??= findCollector()
    this.#collect()
    this.#keptBytes = heldBytes
    this.#letGoBytes = 0
    this.#madeBytesBefore = this.#madeBytes
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
