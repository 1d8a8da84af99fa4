import type { VarveError } from '../errors.ts'

/** A merge of what a range of user keys touches, which somebody has asked for and waits for. */
export interface RangeRequest {
  readonly lower: Uint8Array | undefined
  readonly upper: Uint8Array | undefined
  /** Resolves when it is installed. */
  readonly done: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
  isRunning: boolean
}

/** The merges that were asked for and have not ended, in the order of asking. */
export class RangeRequests {
  readonly #requests: RangeRequest[] = []

  add(lower: Uint8Array | undefined, upper: Uint8Array | undefined): RangeRequest {
    let resolve = (): void => {}
    let reject = (_error: unknown): void => {}
    const done = new Promise<void>((onDone, onFailure) => {
      resolve = onDone
      reject = onFailure
    })
    const request = { lower, upper, done, resolve, reject, isRunning: false }
    this.#requests.push(request)
    return request
  }

  /** The next one to carry out. */
  next(): RangeRequest | undefined {
    return this.#requests.find((each) => !each.isRunning)
  }

  forget(request: RangeRequest): void {
    const place = this.#requests.indexOf(request)
    if (place >= 0) this.#requests.splice(place, 1)
  }

  /** Whoever asked is told; a merge that runs already is the caller's to abandon. */
  cancel(request: RangeRequest, error: VarveError): void {
    this.forget(request)
    request.reject(error)
  }

  /** Ends what was asked for and will not be done any more. */
  cancelAll(error: VarveError): void {
    for (const request of [...this.#requests]) this.cancel(request, error)
  }
}
