import type { Provenance } from '../provenance.ts'
import type { CellResult, RoundsResult, Skipped } from './rounds.ts'

export const PEERS_SCHEMA = 'varve-peers/1'

/** One run of the command. */
export interface Session extends Provenance {
  readonly fileSystem: string
  readonly kernel: string
  readonly rounds: number
  readonly seed: number
  /** After which a run ends, if its operations are not done before. */
  readonly secondsAtMost: number
  /** Of everything. */
  readonly seconds: number
  /** Of the packages that are measured; of db_bench, RocksDB's. */
  readonly versions: Readonly<Record<string, string>>
  /** Of db_bench: what made the stores that it read. */
  readonly loadCommands: readonly string[]
}

export interface MeasuredCell extends CellResult {
  /** Its place in `sessions`. */
  readonly session: number
}

/** What `npm run bench:peers` writes: everything the page is made of. */
export interface PeersResult {
  readonly schema: typeof PEERS_SCHEMA
  readonly sessions: readonly Session[]
  readonly cells: readonly MeasuredCell[]
  readonly skipped: readonly Skipped[]
}

export function toResult(session: Session, { cells, skipped }: RoundsResult): PeersResult {
  return {
    schema: PEERS_SCHEMA,
    sessions: [session],
    cells: cells.map((cell) => ({ ...cell, session: 0 })),
    skipped,
  }
}

/** Cells that are compared with each other, and therefore always come from one session. */
function groupOf({ work, shape }: CellResult): string {
  return [work, shape.records, shape.valueBytes].join(' ')
}

/** An earlier result in which the works that have been run again are replaced, all their subjects at once. */
export function merged(earlier: PeersResult, later: PeersResult): PeersResult {
  const again = new Set(later.cells.map(groupOf))
  const kept = earlier.cells.filter((cell) => !again.has(groupOf(cell)))
  const all = [...earlier.sessions, ...later.sessions]
  const cells = [...kept, ...later.cells.map((cell) => ({ ...cell, session: cell.session + earlier.sessions.length }))]
  const used = [...new Set(cells.map(({ session }) => session))].sort((a, b) => a - b)
  const workNames = new Set(later.cells.map(({ work }) => work))
  return {
    schema: PEERS_SCHEMA,
    sessions: used.map((index) => all[index]!),
    cells: cells.map((cell) => ({ ...cell, session: used.indexOf(cell.session) })),
    skipped: [...earlier.skipped.filter(({ work }) => !workNames.has(work)), ...later.skipped],
  }
}

/** Of db_bench, as it was run: each once, whatever the seed. */
export function commandsOf({ sessions, cells }: PeersResult): string[] {
  const loads = sessions.flatMap(({ loadCommands }) => loadCommands)
  const ran = cells.flatMap(({ runs }) => runs.slice(0, 1).flatMap(({ command }) => command ?? []))
  return [...new Set([...loads, ...ran])]
}

/** Everything that is wrong with what claims to be a result; empty where nothing is. */
export function peersResultProblems(value: unknown): string[] {
  const result = value as Partial<PeersResult> | null
  if (typeof result !== 'object' || result === null) return ['it is not an object']
  const problems = result.schema === PEERS_SCHEMA ? [] : [`its schema is ${String(result.schema)}, not ${PEERS_SCHEMA}`]
  const { sessions, cells } = result
  if (!Array.isArray(sessions) || !Array.isArray(cells)) return [...problems, 'it has no sessions or no cells']
  cells.forEach((cell: MeasuredCell, i) => {
    if (sessions[cell.session] === undefined) problems.push(`cell ${i}: there is no session ${cell.session}`)
    const rates = cell.runs.map(({ perSecond }) => perSecond)
    if (rates.length === 0 || !rates.every(Number.isFinite)) problems.push(`cell ${i}: it has no rates`)
  })
  return problems
}
