import v8 from 'node:v8'

/** So much memory outside of the heap may be garbage: of this thread, and of others. */
const PLAIN_BYTES = 16 << 20
const SHARED_BYTES = 32 << 20

/** More than what V8 lets come outside of its heap before it begins a collection by itself. */
const URGING_BYTES = (64 << 20) + 1

/**
 * Has the garbage of this thread collected now and then. Its objects are few, and by themselves would call the collector only when 64 MiB of buffers
 * had gathered behind them: memory that the store could not account for.
 *
 * A collection that V8 begins by itself goes on in small steps and keeps what is known of classes that have no instance just now. The one that a
 * program can ask for stands still for 10 to 30 ms, on all cores, and drops that, with all code that was compiled for it: to compile it again, job
 * after job, took more of the cores than collecting. So V8 is given a reason to begin one.
 */
export class GarbageCollector {
  /** Of plain buffers: the least that was held since the last collection was urged, which frees its finds a little later. */
  #keptBytes = 0
  /** Of other threads' shared buffers: what was let go of since then. */
  #letGoBytes = 0
  /** How many bytes of them were ever made, and until then. */
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
    const heldBytes = externalBytes()
    this.#keptBytes = Math.min(this.#keptBytes, heldBytes)
    const sharedBytes = Math.min(this.#letGoBytes, this.#madeBytes - this.#madeBytesBefore)
    if (heldBytes - this.#keptBytes < PLAIN_BYTES && sharedBytes < SHARED_BYTES) return
    urgeCollection()
    // With what urged it: that is garbage of the first collection.
    this.#keptBytes = externalBytes()
    this.#letGoBytes = 0
    this.#madeBytesBefore = this.#madeBytes
  }
}

function externalBytes(): number {
  return v8.getHeapStatistics().external_memory
}

/** V8 counts a buffer that nobody writes to in full, the system not at all. */
function urgeCollection(): void {
  try {
    new ArrayBuffer(URGING_BYTES)
  } catch {
    // Where so much cannot be had, V8 collects when it sees fit.
  }
}
