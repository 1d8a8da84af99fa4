/** The sequences that open snapshots read at. Flush and compaction keep, of every key, the version that each of them sees. */
export class SnapshotList {
  /** How many snapshots are open at each sequence. Sequences are added in ascending order, so the map is ascending, too. */
  readonly #counts = new Map<number, number>()
  #open = 0

  get size(): number {
    return this.#open
  }

  add(sequence: number): void {
    this.#counts.set(sequence, (this.#counts.get(sequence) ?? 0) + 1)
    this.#open++
  }

  remove(sequence: number): void {
    const count = this.#counts.get(sequence)! - 1
    if (count === 0) this.#counts.delete(sequence)
    else this.#counts.set(sequence, count)
    this.#open--
  }

  /** Ascending. */
  sequences(): number[] {
    return [...this.#counts.keys()]
  }
}
