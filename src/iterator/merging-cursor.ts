import { EntryCursor } from './entry-cursor.ts'

const EMPTY = -1

/**
 * The entries of several streams as one. No (key, sequence) occurs in two of them.
 *
 * A loser tree holds the order of the children's current entries: node n > 0 remembers which child lost there, node 0
 * who won. Children are the leaves, child c below node (c + k) / 2. After the winner moved, only its own way up is
 * played again: log2 k comparisons.
 */
export class MergingCursor extends EntryCursor {
  #children: readonly EntryCursor[]
  readonly #tree: Int32Array
  #forward = true

  constructor(children: readonly EntryCursor[]) {
    super()
    this.#children = children
    this.#tree = new Int32Array(Math.max(1, children.length))
  }

  override seekToFirst(): void {
    for (const child of this.#children) child.seekToFirst()
    this.#playAll(true)
  }

  override seekToLast(): void {
    for (const child of this.#children) child.seekToLast()
    this.#playAll(false)
  }

  override seek(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): void {
    for (const child of this.#children) child.seek(key, keyStart, keyEnd, sequence)
    this.#playAll(true)
  }

  override seekBefore(key: Uint8Array, keyStart: number, keyEnd: number): void {
    for (const child of this.#children) child.seekBefore(key, keyStart, keyEnd)
    this.#playAll(false)
  }

  override next(): void {
    const winner = this.#tree[0]!
    if (this.#forward) {
      this.#children[winner]!.next()
      this.#play(winner)
      this.#take()
      return
    }
    this.#turnForward(winner)
    this.#children[winner]!.next()
    this.#playAll(true)
  }

  override previous(): void {
    const winner = this.#tree[0]!
    if (!this.#forward) {
      this.#children[winner]!.previous()
      this.#play(winner)
      this.#take()
      return
    }
    this.#turnBackward(winner)
    this.#children[winner]!.previous()
    this.#playAll(false)
  }

  override close(): void {
    for (const child of this.#children) child.close()
    this.#children = []
    this.valid = false
  }

  /** Moves all children but the current one, which stand before the current entry, behind it. */
  #turnForward(current: number): void {
    for (let i = 0; i < this.#children.length; i++) {
      if (i !== current) this.#children[i]!.seek(this.key, this.keyStart, this.keyEnd, this.sequence)
    }
  }

  /** Moves all children but the current one, which stand behind the current entry, before it. */
  #turnBackward(current: number): void {
    for (let i = 0; i < this.#children.length; i++) {
      if (i === current) continue
      const child = this.#children[i]!
      child.seek(this.key, this.keyStart, this.keyEnd, this.sequence)
      if (child.valid) child.previous()
      else child.seekToLast()
    }
  }

  #playAll(forward: boolean): void {
    this.#forward = forward
    this.#tree.fill(EMPTY)
    for (let i = this.#children.length - 1; i >= 0; i--) this.#play(i)
    this.#take()
  }

  /** Plays `child` from its leaf to the root; where no opponent has come yet, it waits for one. */
  #play(child: number): void {
    const tree = this.#tree
    let winner = child
    for (let node = (child + this.#children.length) >>> 1; node > 0; node >>>= 1) {
      const opponent = tree[node]!
      if (opponent === EMPTY) {
        tree[node] = winner
        return
      }
      if (this.#beats(opponent, winner)) {
        tree[node] = winner
        winner = opponent
      }
    }
    tree[0] = winner
  }

  /**
   * Whether the entry of child `first` comes before that of child `second` in the present direction; one at its end
   * comes last.
   */
  #beats(first: number, second: number): boolean {
    const a = this.#children[first]!
    const b = this.#children[second]!
    if (!a.valid || !b.valid) return a.valid
    const aKey = a.key
    const bKey = b.key
    const aStart = a.keyStart
    const bStart = b.keyStart
    const aLength = a.keyEnd - aStart
    const bLength = b.keyEnd - bStart
    const common = Math.min(aLength, bLength)
    for (let i = 0; i < common; i++) {
      const difference = aKey[aStart + i]! - bKey[bStart + i]!
      if (difference !== 0) return difference < 0 === this.#forward
    }
    const isLess = aLength !== bLength ? aLength < bLength : a.sequence > b.sequence
    return isLess === this.#forward
  }

  /** Copies the winner's entry. */
  #take(): void {
    const child = this.#children[this.#tree[0]!]
    if (child === undefined || !child.valid) {
      this.valid = false
      return
    }
    this.valid = true
    this.key = child.key
    this.keyStart = child.keyStart
    this.keyEnd = child.keyEnd
    this.sequence = child.sequence
    this.kind = child.kind
    this.value = child.value
    this.valueStart = child.valueStart
    this.valueEnd = child.valueEnd
  }
}
