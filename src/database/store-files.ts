import { compareBytes } from '../bytes/compare.ts'
import { corruption, VarveError } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { decodeCurrent } from '../manifest/current-file.ts'
import { CURRENT, type FileName, LOST, manifestName, parseFileName, tableName } from '../manifest/file-names.ts'
import { openManifest } from '../manifest/manifest-reader.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import type { Version } from '../manifest/version.ts'
import { MAGIC } from '../wal/format.ts'

/** Whether the directory holds a store. CORRUPTION for the remains of one, INVALID_ARGUMENT for files that are not ours. */
export function holdsStore(fileSystem: FileSystem, directory: string, names: readonly string[]): boolean {
  if (names.includes(CURRENT)) return true
  const kinds = new Set<string>()
  for (const name of names) {
    const parsed = parseFileName(name)
    if (parsed === undefined && name !== LOST) {
      const advice = "choose an empty directory, or use openBTree() if they are a B-tree's"
      throw new VarveError('INVALID_ARGUMENT', `${directory} holds files that are not an LSM store's: ${advice}`)
    }
    kinds.add(parsed?.kind ?? LOST)
  }
  if (kinds.has('wal') || kinds.has('table') || kinds.has(LOST)) refuseRemains(directory)
  for (const name of names) {
    if (parseFileName(name)?.kind === 'manifest' && wasUsed(fileSystem, `${directory}/${name}`))
      refuseRemains(directory)
  }
  return false
}

/**
 * Names of the store's files in the order in which they may be removed: CURRENT first, because what is left of a destroyed store must not open as a
 * smaller one, and last those that prove whose it was. INVALID_ARGUMENT where nothing proves that: other databases use some of the same names.
 */
export function removableNames(fileSystem: FileSystem, directory: string): string[] {
  const ours = fileSystem.list(directory).flatMap((name) => {
    const kind = parseFileName(name)?.kind
    return kind === undefined ? [] : [{ name, rank: REMOVAL_ORDER.indexOf(kind), kind }]
  })
  const holdsFiles = ours.some(({ kind }) => kind !== 'lock' && kind !== 'temporary')
  if (holdsFiles && !ours.some(({ name, kind }) => isProvablyOurs(fileSystem, `${directory}/${name}`, kind))) {
    throw new VarveError(
      'INVALID_ARGUMENT',
      `nothing in ${directory} proves that its files are varve's: remove them yourself`,
      { file: directory },
    )
  }
  return ours.sort((a, b) => a.rank - b.rank).map(({ name }) => name)
}

const REMOVAL_ORDER: readonly FileName['kind'][] = ['current', 'table', 'temporary', 'wal', 'manifest', 'lock']

function isProvablyOurs(fileSystem: FileSystem, path: string, kind: FileName['kind']): boolean {
  if (kind !== 'current' && kind !== 'wal' && kind !== 'manifest') return false
  const file = fileSystem.open(path, 'read')
  try {
    const start = new Uint8Array(kind === 'current' ? 128 : MAGIC.length)
    const bytes = start.subarray(0, file.readSync(start, 0))
    if (kind !== 'current') return compareBytes(bytes, MAGIC) === 0
    decodeCurrent(bytes, path)
    return true
  } catch (error) {
    if (error instanceof VarveError && error.code !== 'IO') return false
    throw error
  } finally {
    file.close()
  }
}

/** A new store must never be made over what is left of an old one. */
function refuseRemains(directory: string): never {
  const message = `files of a store lie in ${directory}, but not CURRENT, which names its manifest`
  throw new VarveError('CORRUPTION', message, { file: `${directory}/${CURRENT}` })
}

/** Whether a manifest says more than the creation of a store: a creation that was cut short leaves at most one edit. */
function wasUsed(fileSystem: FileSystem, path: string): boolean {
  const reader = openManifest(fileSystem, path)
  return reader?.next() !== undefined && reader.next() !== undefined
}

/** The greatest file number in the directory, 0 where there is none. */
export function greatestNumber(names: readonly string[]): number {
  let greatest = 0
  for (const name of names) {
    greatest = Math.max(greatest, parseFileName(name)?.number ?? 0)
  }
  return greatest
}

/** Checks, before anything is written, that every table is there with the size that the manifest gives. */
export function checkTables(fileSystem: FileSystem, directory: string, version: Version): void {
  const wrong: string[] = []
  for (const table of version.tables()) {
    const name = tableName(table.number)
    const status = fileSystem.status(`${directory}/${name}`)
    if (status === undefined) wrong.push(`${name} is missing`)
    else if (status.kind !== 'file') wrong.push(`${name} is no file`)
    else if (status.size !== table.bytes) wrong.push(`${name} has ${status.size} bytes instead of ${table.bytes}`)
  }
  if (wrong.length === 0) return
  const shown = wrong.slice(0, 8).join(', ') + (wrong.length > 8 ? `, and ${wrong.length - 8} more` : '')
  throw corruption(`tables are not as the manifest says: ${shown}`, directory)
}

/**
 * Removes files of ours that the durable manifest does not name: left by a life that was cut short. Other names are left alone. REQUIRES that the
 * manifest, and CURRENT, are durable: before that, an older manifest could still need them.
 */
export function removeLeftovers(
  fileSystem: FileSystem,
  directory: string,
  names: readonly string[],
  state: ManifestState,
  manifest: number,
): string[] {
  const live = new Set<string>([manifestName(manifest)])
  for (const table of state.version.tables()) live.add(tableName(table.number))
  const removed: string[] = []
  for (const name of names) {
    const kind = parseFileName(name)?.kind
    if (kind !== 'wal' && kind !== 'table' && kind !== 'manifest' && kind !== 'temporary') continue
    if (live.has(name)) continue
    try {
      fileSystem.unlinkSync(`${directory}/${name}`)
      removed.push(name)
    } catch {
      // It is tried again after the next unclean end; nothing names it.
    }
  }
  return removed
}
