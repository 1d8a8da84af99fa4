/** A page in memory. */
export class Frame {
  readonly id: number
  /** Replaced, never changed in place, by the first change of each group: whoever holds them has the page as it was. */
  bytes: Uint8Array
  /** Whether the file does not have these bytes. */
  isDirty = false
  isReferenced = true
  /** The last group that changed it. */
  group = -1
  /** Its place in the clock. */
  position = -1

  constructor(id: number, bytes: Uint8Array) {
    this.id = id
    this.bytes = bytes
  }
}

/** How many frames are looked at for one that comes in. */
const STEPS_MAX = 64

/**
 * Pages in memory, under a limit that dirty ones may exceed until they are written. The victim is chosen by CLOCK: the
 * hand passes over a page once for each time that it was used since it last came by.
 */
export class PageCache {
  readonly capacity: number
  readonly #frames: (Frame | undefined)[] = []
  readonly #clock: Frame[] = []
  #hand = 0
  dirtyCount = 0
  hits = 0
  misses = 0
  evictions = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.#clock.length
  }

  get isOverfull(): boolean {
    return this.#clock.length > this.capacity
  }

  get(id: number): Frame | undefined {
    const frame = this.#frames[id]
    if (frame === undefined) {
      this.misses++
      return undefined
    }
    this.hits++
    frame.isReferenced = true
    return frame
  }

  /** Without counting it as a use. */
  peek(id: number): Frame | undefined {
    return this.#frames[id]
  }

  add(frame: Frame): void {
    // Ids come in ascending order for the most part; an array with holes would be a slow dictionary.
    while (this.#frames.length < frame.id) this.#frames.push(undefined)
    this.#frames[frame.id] = frame
    frame.position = this.#clock.length
    this.#clock.push(frame)
    if (frame.isDirty) this.dirtyCount++
  }

  remove(frame: Frame): void {
    this.#frames[frame.id] = undefined
    const last = this.#clock.pop()!
    if (last !== frame) {
      this.#clock[frame.position] = last
      last.position = frame.position
    }
    frame.position = -1
    if (frame.isDirty) this.dirtyCount--
  }

  setDirty(frame: Frame, isDirty: boolean): void {
    if (frame.isDirty === isDirty) return
    frame.isDirty = isDirty
    if (frame.position >= 0) this.dirtyCount += isDirty ? 1 : -1
  }

  /** Makes room for a page that comes in next, if that can be had for a few steps: dirty pages wait for `coldest`. */
  shrink(): void {
    for (let steps = 0; this.#clock.length >= this.capacity && steps < STEPS_MAX; steps++) {
      const frame = this.#next()
      if (frame.isReferenced) frame.isReferenced = false
      else if (!frame.isDirty) this.evict(frame)
    }
  }

  evict(frame: Frame): void {
    this.remove(frame)
    this.evictions++
  }

  dirtyFrames(): Frame[] {
    return this.#clock.filter((frame) => frame.isDirty)
  }

  /** Up to `count` dirty pages, those that the hand finds unused first; it drops clean ones on its way while it is overfull. */
  coldest(count: number): Frame[] {
    const found: Frame[] = []
    for (let left = 2 * this.#clock.length; left > 0 && found.length < count && this.isOverfull; left--) {
      const frame = this.#next()
      if (frame.isReferenced) frame.isReferenced = false
      else if (!frame.isDirty) this.evict(frame)
      else if (!found.includes(frame)) found.push(frame)
    }
    return found
  }

  #next(): Frame {
    if (this.#hand >= this.#clock.length) this.#hand = 0
    return this.#clock[this.#hand++]!
  }
}
