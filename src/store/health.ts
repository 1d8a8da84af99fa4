import { VarveError } from '../errors.ts'
import type { StoreState } from '../kv-store/statistics.ts'

/** Whether a store may be written, and why not. What has poisoned a store stays for the rest of its life. */
export class Health {
  #poison: VarveError | undefined
  /** A refusal that can end: no space, background work that failed for now. */
  #suspension: VarveError | undefined
  #closed: VarveError | undefined
  #readOnly: VarveError | undefined
  readonly #onPoison: ((error: VarveError) => void)[] = []
  readonly #onStop: ((error: VarveError) => void)[] = []

  get poisoned(): VarveError | undefined {
    return this.#poison
  }

  get suspended(): VarveError | undefined {
    return this.#suspension
  }

  get state(): StoreState {
    if (this.#poison !== undefined) return 'poisoned'
    if (this.#readOnly !== undefined) return 'read-only'
    return this.#suspension === undefined ? 'writable' : 'suspended'
  }

  get isClosed(): boolean {
    return this.#closed !== undefined
  }

  /** Why a write is refused now, or undefined. */
  refusal(): VarveError | undefined {
    return this.#closed ?? this.#poison ?? this.#readOnly ?? this.#suspension
  }

  /** Why background work may not write now, or undefined: a closing store still finishes what it began. */
  backgroundRefusal(): VarveError | undefined {
    return this.#poison ?? this.#readOnly ?? this.#suspension
  }

  checkOpen(): void {
    if (this.#closed !== undefined) throw this.#closed
  }

  checkNotPoisoned(): void {
    this.checkOpen()
    if (this.#poison !== undefined) throw this.#poison
  }

  makeReadOnly(): void {
    this.#readOnly = new VarveError('READ_ONLY', 'this store was opened with readOnly: open it again without, to write')
  }

  close(): void {
    this.#closed ??= new VarveError('CLOSED', 'this store is closed: open it again')
  }

  /** The first cause stays. */
  poison(cause: unknown): VarveError {
    if (this.#poison === undefined) {
      const isOurs = cause instanceof VarveError && cause.code === 'POISONED'
      const why = cause instanceof Error ? cause.message : String(cause)
      this.#poison = isOurs
        ? cause
        : new VarveError('POISONED', `${why}; no further write is taken: close the store and open it again`, { cause })
      for (const listener of this.#onPoison) listener(this.#poison)
      this.#tellStop(this.#poison)
    }
    return this.#poison
  }

  /** Calls `listener` at the moment when the store is poisoned, before anything else can be tried. */
  onPoison(listener: (error: VarveError) => void): void {
    this.#onPoison.push(listener)
  }

  /** Calls `listener` when the store is poisoned or suspended. */
  onStop(listener: (error: VarveError) => void): void {
    this.#onStop.push(listener)
  }

  /** Refuses writes until `resume`: with the cause, which is what the caller has to see to first. */
  suspend(error: VarveError): void {
    this.#suspension =
      error.code === 'NO_SPACE' ? error : error.withAdvice('no write is taken: see to it, then resume()')
    this.#tellStop(error)
  }

  #tellStop(error: VarveError): void {
    for (const listener of this.#onStop) listener(error)
  }

  resume(): void {
    this.#suspension = undefined
  }
}
