import { VarveError } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { CURRENT, manifestName, parseFileName } from '../manifest/file-names.ts'
import { type LoadedManifest, readCurrent, readManifest } from '../manifest/manifest-reader.ts'
import type { Level } from '../manifest/version.ts'

/** A store as its manifest draws it: read without opening it, so that it may be asked for beside a writer. */
export interface StoreOutline {
  /** 32 hex digits. */
  readonly databaseId: string
  /** The name of the strategy that the store was made with. */
  readonly strategy: string
  /** Lives that have written. */
  readonly epoch: number
  /** Whether the last of them ended with a completed close. */
  readonly endedClean: boolean
  /** The last sequence that tables hold or have held. */
  readonly lastSequence: number
  readonly manifest: string
  /** Bytes at its end that are no whole edit: a torn write. */
  readonly manifestDroppedBytes: number
  readonly levels: readonly Level[]
  /** Logs that are there and may hold what no table does, with their bytes. */
  readonly logs: readonly { readonly name: string; readonly bytes: number }[]
}

/** So often is it looked again where a writer replaces the manifest meanwhile. */
const ATTEMPTS = 3

/** Whether the name is that of a file that only a store has. */
export function isStoreFile(name: string): boolean {
  const kind = parseFileName(name)?.kind
  return kind === 'wal' || kind === 'table' || kind === 'manifest' || kind === 'current'
}

/** Whether CURRENT is there, and that of LevelDB or a database that came of it. */
export function isForeign(fileSystem: FileSystem, directory: string): boolean {
  if (fileSystem.status(`${directory}/${CURRENT}`)?.kind !== 'file') return false
  try {
    readCurrent(fileSystem, directory)
    return false
  } catch (error) {
    return error instanceof VarveError && error.code === 'UNSUPPORTED_FORMAT'
  }
}

/** Reads the manifest in force. CORRUPTION where it is damaged, NOT_FOUND where CURRENT is missing. */
export function outlineOf(fileSystem: FileSystem, directory: string): StoreOutline {
  const loaded = loadSteady(fileSystem, directory)
  const { header, state, endedClean, droppedBytes } = loaded
  const logs = fileSystem.list(directory).flatMap((name) => {
    const parsed = parseFileName(name)
    if (parsed?.kind !== 'wal' || parsed.number < state.replayFrom) return []
    const status = fileSystem.status(`${directory}/${name}`)
    return status === undefined ? [] : [{ name, bytes: status.size }]
  })
  return {
    databaseId: Buffer.from(header.databaseId).toString('hex'),
    strategy: state.keyspaces.get(0)?.strategy ?? '',
    epoch: state.epoch,
    endedClean,
    lastSequence: state.lastSequence,
    manifest: manifestName(header.number),
    manifestDroppedBytes: droppedBytes,
    levels: state.version.levels,
    logs: logs.sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

/** A writer beside us may replace the manifest, and remove it, between two looks. */
function loadSteady(fileSystem: FileSystem, directory: string): LoadedManifest {
  for (let attempt = 1; ; attempt++) {
    const number = readCurrent(fileSystem, directory)
    try {
      return readManifest(fileSystem, directory, number)
    } catch (error) {
      if (!(error instanceof VarveError)) throw error
      if (attempt === ATTEMPTS || readCurrent(fileSystem, directory) === number) throw error
    }
  }
}
