/** Tells whoever waits that something has come forward, so that they look again. */
export class Progress {
  /** Made when somebody waits. */
  #next: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  note(): void {
    this.#next?.resolve()
    this.#next = undefined
  }

  /** Resolves at the next note. */
  next(): Promise<void> {
    if (this.#next === undefined) {
      let resolve = (): void => {}
      const promise = new Promise<void>((settle) => {
        resolve = settle
      })
      this.#next = { promise, resolve }
    }
    return this.#next.promise
  }
}
