import v8 from 'node:v8'
import vm from 'node:vm'

/** So many bytes of tables leave about half as many of buffers behind. */
const WRITTEN_BYTES = 16 << 20

/**
 * Collects the garbage of this thread now and then. Its objects are few, and by themselves would call the collector only when 64 MiB of buffers had
 * gathered behind them: memory that the store could not account for.
 */
export class GarbageCollector {
  #collect: (() => void) | undefined
  #written = 0

  noteWritten(bytes: number): void {
    this.#written += bytes
    if (this.#written < WRITTEN_BYTES) return
    this.#written = 0
    this.#collect ??= findCollector()
    this.#collect()
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
