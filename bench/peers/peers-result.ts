import type { Provenance } from '../provenance.ts'
import type { CellResult, Skipped } from './rounds.ts'
import type { TargetResult } from './targets.ts'

export const PEERS_SCHEMA = 'varve-peers/1'

/** What `npm run bench:peers` writes: everything the page is made of. */
export interface PeersResult extends Provenance {
  readonly schema: typeof PEERS_SCHEMA
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
  readonly targets: readonly TargetResult[]
  readonly cells: readonly CellResult[]
  readonly skipped: readonly Skipped[]
  /** Of db_bench, as it was run. */
  readonly commands: readonly string[]
}
