import { corruption } from '../errors.ts'

/** Which pages there are, and which of them are free. */
export interface SpaceState {
  /** Pages have the ids below this. */
  readonly pageCount: number
  /** In the order in which they were freed: the last one is used first. */
  readonly free: readonly number[]
}

/** Gives out page ids. What it does depends on its state alone, so that redoing the log gives the same ids again. */
export class PageSpace {
  #pageCount: number
  readonly #free: number[]
  /** What the current group did: id + 1 for a page taken from the free ones, 0 for a new one, -id - 1 for one freed. */
  readonly #undo: number[] = []

  constructor({ pageCount, free }: SpaceState) {
    this.#pageCount = pageCount
    this.#free = [...free]
  }

  get pageCount(): number {
    return this.#pageCount
  }

  get freeCount(): number {
    return this.#free.length
  }

  get state(): SpaceState {
    return { pageCount: this.#pageCount, free: [...this.#free] }
  }

  allocate(): number {
    const reused = this.#free.pop()
    this.#undo.push(reused === undefined ? 0 : reused + 1)
    return reused ?? this.#pageCount++
  }

  free(id: number): void {
    this.#free.push(id)
    this.#undo.push(-id - 1)
  }

  /** Redoes an allocation of the log. CORRUPTION where it would give another page. */
  reallocate(id: number, file: string): void {
    if (this.allocate() !== id) throw corruption(`the log allocates page ${id}, which was not the next one`, file)
  }

  /** The current group stays. */
  commit(): void {
    this.#undo.length = 0
  }

  /** Takes back what the current group did. */
  rollback(): void {
    for (let step = this.#undo.pop(); step !== undefined; step = this.#undo.pop()) {
      if (step === 0) this.#pageCount--
      else if (step > 0) this.#free.push(step - 1)
      else this.#free.pop()
    }
  }
}
