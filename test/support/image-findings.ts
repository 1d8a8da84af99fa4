/** A map from 64-bit hashes, as 16 hexadecimal digits, to numbers of at most 31 bits, twelve bytes each: for many millions. */
export class ImageFindings {
  size = 0
  #slots = new Int32Array(3 * (1 << 12))

  get(hash: string): number | undefined {
    const [low, high] = lanesOf(hash)
    const at = place(this.#slots, low, high)
    return this.#slots[at] === 0 ? undefined : this.#slots[at + 2]
  }

  /** REQUIRES that the hash has no number yet. */
  add(hash: string, found: number): void {
    if (this.size * 6 >= this.#slots.length) this.#grow()
    const [low, high] = lanesOf(hash)
    put(this.#slots, low, high, found)
    this.size++
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    for (let at = 0; at < old.length; at += 3) {
      if (old[at] !== 0) put(this.#slots, old[at]!, old[at + 1]!, old[at + 2]!)
    }
  }
}

/** Zero marks a free slot. */
function lanesOf(hash: string): [number, number] {
  return [Number.parseInt(hash.slice(0, 8), 16) | 1, Number.parseInt(hash.slice(8), 16) | 0]
}

/** Where a hash is, or would be. */
function place(slots: Int32Array, low: number, high: number): number {
  const count = slots.length / 3
  for (let slot = (high >>> 0) % count; ; slot = (slot + 1) % count) {
    const at = 3 * slot
    if (slots[at] === 0 || (slots[at] === low && slots[at + 1] === high)) return at
  }
}

function put(slots: Int32Array, low: number, high: number, found: number): void {
  const at = place(slots, low, high)
  slots[at] = low
  slots[at + 1] = high
  slots[at + 2] = found
}
