import { VarveError } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { checkFeatures } from '../manifest/features.ts'
import { CURRENT, manifestName, parseFileName } from '../manifest/file-names.ts'
import { type LoadedManifest, readCurrent, readManifest } from '../manifest/manifest-reader.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import { damageOf, type Findings } from './findings.ts'
import { collectHints, type ManifestHints } from './manifest-hints.ts'

/** What the manifests say of the other files. */
export interface Authority {
  /** What the manifest in force says; undefined where none can be relied upon. */
  readonly state: ManifestState | undefined
  /** Whose store it is; undefined where no manifest tells. */
  readonly databaseId: Uint8Array | undefined
  readonly hints: ManifestHints
}

/**
 * Finds the manifest in force. One that is damaged in a durable part says too little: a table that it does not name may
 * hold what deletes have hidden since. Then only hints are taken, from every manifest that is there. UNSUPPORTED_FORMAT
 * where the store needs a newer version.
 */
export function findAuthority(
  fileSystem: FileSystem,
  directory: string,
  names: readonly string[],
  findings: Findings,
): Authority {
  const manifests = names.flatMap((name) => {
    const parsed = parseFileName(name)
    return parsed?.kind === 'manifest' ? [parsed.number] : []
  })
  const named = currentNumber(fileSystem, directory, names, findings)
  // Where CURRENT is lost, a manifest that is alone and whole was the one in force: the one before is removed only when
  // CURRENT names the next.
  const number = named ?? (manifests.length === 1 ? manifests[0] : undefined)
  const loaded =
    number === undefined ? undefined : readWhole(fileSystem, directory, number, named !== undefined, findings)
  if (loaded !== undefined) checkFeatures(loaded.state, true)
  const ordered = manifests.sort((a, b) => b - a)
  const hints = collectHints(fileSystem, directory, ordered, loaded === undefined ? findings : undefined)
  return { state: loaded?.state, databaseId: loaded?.header.databaseId ?? hints.databaseId, hints }
}

function currentNumber(
  fileSystem: FileSystem,
  directory: string,
  names: readonly string[],
  findings: Findings,
): number | undefined {
  const source = { file: CURRENT, kind: 'current' as const, parts: 0, entries: 0 }
  if (!names.includes(CURRENT)) {
    findings.source({ ...source, used: 'none', why: 'it is missing', bytes: 0, bytesUsed: 0 })
    return undefined
  }
  const bytes = fileSystem.status(`${directory}/${CURRENT}`)?.size ?? 0
  try {
    const number = readCurrent(fileSystem, directory)
    findings.source({ ...source, used: 'whole', why: undefined, bytes, bytesUsed: bytes })
    return number
  } catch (error) {
    // Another database's: nothing of it is a store's, and replacing it would lose it all.
    if (error instanceof VarveError && error.code === 'UNSUPPORTED_FORMAT') throw error
    const why = damageOf(error)
    findings.unreadableAt(CURRENT, 0, bytes, why, false)
    findings.source({ ...source, used: 'none', why, bytes, bytesUsed: 0 })
    return undefined
  }
}

/** A manifest that is sound to its end, but for a torn write where `mayBeTorn`. */
function readWhole(
  fileSystem: FileSystem,
  directory: string,
  number: number,
  mayBeTorn: boolean,
  findings: Findings,
): LoadedManifest | undefined {
  const file = manifestName(number)
  let loaded: LoadedManifest
  try {
    loaded = readManifest(fileSystem, directory, number)
  } catch (error) {
    if (error instanceof VarveError && error.code === 'UNSUPPORTED_FORMAT') throw error
    damageOf(error)
    return undefined
  }
  const { length, droppedBytes, isPromised } = loaded
  if (!mayBeTorn && (droppedBytes > 0 || !isPromised)) return undefined
  const why = droppedBytes > 0 ? 'its end is torn' : undefined
  // An edit that is torn was never relied upon: nothing that it says was done.
  if (why !== undefined) findings.unreadableAt(file, length, droppedBytes, why, false)
  const used = why === undefined ? 'whole' : 'part'
  findings.source({
    file,
    kind: 'manifest',
    used,
    why,
    bytes: length + droppedBytes,
    bytesUsed: length,
    parts: loaded.edits,
    entries: 0,
  })
  return loaded
}
