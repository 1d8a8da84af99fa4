import type { Choice, CompactionState, CompactionStrategy } from '../../../src/index.ts'

/**
 * Watches a strategy: `strategy` decides as the one it was made of does, and this notes what comes of it: the bytes written into each level,
 * and whether there is anything left to do. The store asks after every flush and merge, so what is new since the last question is what the
 * last job wrote.
 */
export class LevelProbe {
  readonly strategy: CompactionStrategy
  /** Bytes written into each level, by flushes at level 0 and by merges. */
  readonly flushedInto: number[] = []
  readonly mergedInto: number[] = []
  readonly choices: Record<Choice['kind'], number> = { idle: 0, move: 0, merge: 0, drop: 0 }
  /** User bytes of tables that were dropped whole. */
  droppedBytes = 0
  /** Whether the strategy wanted nothing when it was last asked. */
  isIdle = true
  #known = new Set<number>()
  #last: Choice = { kind: 'idle' }

  /** REQUIRES that `inner` is a plain object, as those of this package are. */
  constructor(inner: CompactionStrategy) {
    this.strategy = { ...inner, pick: (state) => this.#noted(state, inner.pick(state)) }
  }

  #noted(state: CompactionState, choice: Choice): Choice {
    this.#note(state)
    this.choices[choice.kind]++
    this.isIdle = choice.kind === 'idle'
    if (choice.kind === 'drop') this.#noteDropped(state, choice.tables)
    this.#last = choice
    return choice
  }

  #note(state: CompactionState): void {
    const known = new Set<number>()
    state.levels.forEach((level, i) => {
      for (const run of level.runs) {
        for (const table of run.tables) {
          known.add(table.number)
          if (this.#known.has(table.number)) continue
          const isMerged = this.#last.kind === 'merge' && this.#last.level === i && run.number === this.#last.run
          const into = isMerged ? this.mergedInto : this.flushedInto
          into[i] = (into[i] ?? 0) + table.bytes
        }
      }
    })
    this.#known = known
  }

  #noteDropped(state: CompactionState, numbers: readonly number[]): void {
    const dropped = new Set(numbers)
    for (const level of state.levels) {
      for (const run of level.runs) {
        for (const table of run.tables) if (dropped.has(table.number)) this.droppedBytes += table.userBytes
      }
    }
  }
}
