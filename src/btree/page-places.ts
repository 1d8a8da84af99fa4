/** Where pages lie in the file, in units of pages. */
export interface PagePlaces {
  /** Where a page lies; undefined where it was never written. */
  placeOf(id: number): number | undefined
  /** Where a page is to be written now. */
  placeFor(id: number): number
  /** For a checkpoint: where each page lies, 0 for none; undefined where pages lie by their ids. */
  snapshot(isFree: (id: number) => boolean): readonly number[] | undefined
  /** The checkpoint of the last snapshot is durable. */
  installed(): void
}

/** Every page lies by its id and is overwritten in place. */
export class FixedPlaces implements PagePlaces {
  placeOf(id: number): number {
    return id
  }

  placeFor(id: number): number {
    return id
  }

  snapshot(): undefined {
    return undefined
  }

  installed(): void {}
}

/**
 * Shadow paging: a page that the last checkpoint needs is never overwritten. It gets a new place once per checkpoint,
 * and its old one is used again when a later checkpoint is durable. Place 0 is no page's.
 */
export class ShadowPlaces implements PagePlaces {
  /** By page id; 0: none. */
  readonly #places: number[]
  #end = 1
  readonly #free: number[] = []
  /** Given out since the last snapshot, so that no checkpoint needs them. */
  readonly #fresh = new Set<number>()
  /** Left since the last snapshot; those before it were left by the snapshot that is on its way. */
  #left: number[] = []
  #leaving: number[] = []

  constructor(places: readonly number[]) {
    this.#places = [...places]
    const used = new Set(places)
    for (const place of places) this.#end = Math.max(this.#end, place + 1)
    for (let place = this.#end - 1; place > 0; place--) if (!used.has(place)) this.#free.push(place)
  }

  placeOf(id: number): number | undefined {
    const place = this.#places[id]
    return place === undefined || place === 0 ? undefined : place
  }

  placeFor(id: number): number {
    const before = this.placeOf(id)
    if (before !== undefined) {
      if (this.#fresh.has(before)) return before
      this.#left.push(before)
    }
    const place = this.#free.pop() ?? this.#end++
    this.#fresh.add(place)
    while (this.#places.length <= id) this.#places.push(0)
    this.#places[id] = place
    return place
  }

  snapshot(isFree: (id: number) => boolean): readonly number[] {
    for (let id = 0; id < this.#places.length; id++) {
      const place = this.#places[id]!
      if (place === 0 || !isFree(id)) continue
      this.#left.push(place)
      this.#places[id] = 0
    }
    this.#fresh.clear()
    this.#leaving = [...this.#leaving, ...this.#left]
    this.#left = []
    return [...this.#places]
  }

  installed(): void {
    this.#free.push(...this.#leaving)
    this.#leaving = []
  }
}
