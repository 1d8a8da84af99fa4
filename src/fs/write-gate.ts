/** Stands between a store and its disk: once closed, nothing is changed, made durable or removed any more, whoever still tries. */
export class WriteGate {
  #refusal: Error | undefined

  /** The first error stays. */
  close(error: Error): void {
    this.#refusal ??= error
  }

  /** Throws the error that it was closed with. */
  pass(): void {
    if (this.#refusal !== undefined) throw this.#refusal
  }
}
