import type { OutputPlace } from '../compaction/job/output-tables.ts'
import type { Job } from '../fs/job.ts'
import { ManifestLog } from '../manifest/manifest-log.ts'
import { ManifestState } from '../manifest/manifest-state.ts'
import { DATABASE_ID_BYTES, NONCE_BYTES } from '../wal/format.ts'
import type { SalvagedRuns } from './salvaged-runs.ts'

/** The default keyspace, as every store has it. */
const KEYSPACE = { id: 0, name: 'default', comparator: 'bytes', mergeOperator: '', codec: '', strategy: 'leveled' }

/** How large the new store is. */
export interface NewStore {
  readonly entries: number
  readonly tables: number
  readonly bytes: number
}

/**
 * Makes a store of the salvaged runs: its manifest, then CURRENT, which is what makes it one. It is a new store, with
 * an id of its own: a log of the damaged one that somebody copies here is refused.
 */
export function* installRuns(place: OutputPlace, runs: SalvagedRuns, lastSequence: number): Job<NewStore> {
  const { fileSystem, directory, runtime } = place
  const added = yield* runs.finish()
  const number = runs.nextNumber
  const state = ManifestState.empty.apply({
    features: { read: [], write: [], ignore: [] },
    keyspaces: [KEYSPACE],
    clean: { number: 0, length: 0, lastSequence },
    reservedThrough: number,
    lastSequence,
    flushedThrough: [{ keyspace: KEYSPACE.id, sequence: lastSequence }],
    added,
  })
  const home = {
    fileSystem,
    directory,
    databaseId: runtime.random(new Uint8Array(DATABASE_ID_BYTES)),
    newNonce: () => runtime.random(new Uint8Array(NONCE_BYTES)),
    nowMs: () => Math.floor(runtime.now()),
  }
  const manifest = yield* ManifestLog.createFresh(home, number, state)
  manifest.close()
  const entries = added.reduce((sum, table) => sum + table.entries, 0)
  return { entries, tables: added.length, bytes: added.reduce((sum, table) => sum + table.bytes, 0) }
}
