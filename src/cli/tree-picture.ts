import { compareBytes } from '../bytes/compare.ts'
import type { CompactionState } from '../index.ts'
import { bytesText, counted } from './quantity-text.ts'

type Levels = CompactionState['levels']
type Run = Levels[number]['runs'][number]

/** So many runs of a level are drawn: of hundreds nobody sees more. */
const RUNS_SHOWN = 12
/** Room for what stands before a run. */
const LABEL_COLUMNS = 36
/** Tables beside each other are drawn in turn with these. */
const SHADES = ['█', '▓']

/** A line for each run: the tables, over the order of all keys that begin or end one. */
export function treePicture(levels: Levels, columns: number): string[] {
  const bounds = keyBounds(levels)
  const width = Math.max(8, columns - LABEL_COLUMNS)
  return levels.flatMap((level, i) => {
    if (level.runs.length === 0) return []
    const lines = level.runs.slice(0, RUNS_SHOWN).map((run, at) => {
      const name = at === 0 ? `L${i}` : ''
      const tables = counted(run.tables.length, 'table').padStart(13)
      const label = `${name.padEnd(4)}${tables} ${bytesText(run.bytes).padStart(11)}`
      return `${label.padEnd(LABEL_COLUMNS - 4)}  │${drawnRun(run, bounds, width)}│`
    })
    const more = level.runs.length - RUNS_SHOWN
    return more > 0 ? [...lines, `      and ${counted(more, 'more run')}`] : lines
  })
}

/** Every key that begins or ends a table, once, in order. */
function keyBounds(levels: Levels): Uint8Array[] {
  const keys = levels.flatMap(({ runs }) =>
    runs.flatMap(({ tables }) => tables.flatMap(({ smallest, largest }) => [smallest, largest])),
  )
  keys.sort(compareBytes)
  return keys.filter((key, i) => i === 0 || compareBytes(keys[i - 1]!, key) !== 0)
}

function drawnRun({ tables }: Run, bounds: readonly Uint8Array[], width: number): string {
  const cells = new Array<string>(width).fill(' ')
  const column = (key: Uint8Array): number =>
    bounds.length < 2 ? 0 : Math.round((rankOf(key, bounds) * (width - 1)) / (bounds.length - 1))
  tables.forEach(({ smallest, largest }, i) => {
    for (let at = column(smallest); at <= column(largest); at++) cells[at] = SHADES[i % 2]!
  })
  return cells.join('')
}

/** Where the key stands among these, one of which it is. */
function rankOf(key: Uint8Array, bounds: readonly Uint8Array[]): number {
  let low = 0
  let high = bounds.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareBytes(bounds[middle]!, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The least and the greatest key of all tables; undefined where there are none. */
export function keySpan(levels: Levels): { readonly first: Uint8Array; readonly last: Uint8Array } | undefined {
  const bounds = keyBounds(levels)
  const [first, last] = [bounds[0], bounds.at(-1)]
  return first === undefined || last === undefined ? undefined : { first, last }
}
