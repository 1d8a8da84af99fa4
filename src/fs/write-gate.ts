/** Stands between a store and its disk: once closed, nothing is changed, made durable or removed any more, whoever still tries. */
export class WriteGate {
  #refusal: Error | undefined
  #shared: Int32Array | undefined

  /** The first error stays. */
  close(error: Error): void {
    this.#refusal ??= error
    if (this.#shared !== undefined) Atomics.store(this.#shared, 0, CLOSED)
  }

  /** Throws the error that it was closed with. */
  pass(): void {
    if (this.#refusal !== undefined) throw this.#refusal
  }

  /** Shared memory by which gates in other threads are closed together with this one. */
  share(): Int32Array {
    if (this.#shared === undefined) {
      this.#shared = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
      if (this.#refusal !== undefined) this.#shared[0] = CLOSED
    }
    return this.#shared
  }
}

const CLOSED = 1

/** The gate of the same store in another thread. */
export class RemoteWriteGate extends WriteGate {
  readonly #remote: Int32Array
  readonly #refusalOf: () => Error

  /** `remote` is what the store's own gate shares; `refusalOf` makes the error that is thrown once that one is closed. */
  constructor(remote: Int32Array, refusalOf: () => Error) {
    super()
    this.#remote = remote
    this.#refusalOf = refusalOf
  }

  override pass(): void {
    if (Atomics.load(this.#remote, 0) === CLOSED) throw this.#refusalOf()
  }
}
