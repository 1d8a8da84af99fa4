import type { Choice, CompactionState } from '../../src/compaction/strategy.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import { Version } from '../../src/manifest/version.ts'
import { tableEntry } from './table-entries.ts'

/**
 * A state from text, a line for each run: `L1: a-f@10 g-m@5!` is level 1 with two tables of 10 and 5 bytes, the second busy;
 * `L0.7: a-z@4~30` names the run's number, else it is 0, and the time of its newest write, else that is 0, too. Tables are numbered from 1 in the order they stand.
 */
export function stateOf(...lines: readonly string[]): CompactionState {
  const tables: TableEntry[] = []
  const busy = new Set<number>()
  for (const line of lines) {
    const [, level, run, rest] = /^L(\d+)(?:\.(\d+))?: (.*)$/.exec(line)!
    for (const text of rest!.split(' ')) {
      const [, smallest, largest, bytes, newestMs, mark] = /^(\w+)-(\w+)@(\d+)(?:~(\d+))?(!?)$/.exec(text)!
      const number = tables.length + 1
      if (mark === '!') busy.add(number)
      tables.push(
        tableEntry({
          number,
          level: Number(level),
          run: Number(run ?? 0),
          smallest: keyOf(smallest!),
          largest: keyOf(largest!),
          bytes: Number(bytes),
          newestMs: Number(newestMs ?? 0),
        }),
      )
    }
  }
  return { levels: Version.of(tables).levels, busy, nowMs: 0 }
}

/** A choice as text: `merge a-f c-d -> L2.0`, with the tables by level, age and key. */
export function textOf(state: CompactionState, choice: Choice): string {
  if (choice.kind === 'idle') return 'idle'
  const names: string[] = []
  for (const level of state.levels) {
    for (const run of level.runs) {
      for (const table of run.tables) {
        if (choice.tables.includes(table.number)) names.push(`${nameOf(table.smallest)}-${nameOf(table.largest)}`)
      }
    }
  }
  const target = choice.kind === 'drop' ? '' : ` -> L${choice.level}.${choice.run}`
  return `${choice.kind} ${names.join(' ')}${target}`
}

export function keyOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function nameOf(key: Uint8Array): string {
  return new TextDecoder().decode(key)
}
