import type { FileSystem } from '../fs/file-system.ts'
import { manifestName, parseFileName, parseLostName } from '../manifest/file-names.ts'
import { readCurrent } from '../manifest/manifest-reader.ts'
import { type DumpedLogItem, dumpLog } from './dump-log.ts'
import { type DumpedManifestItem, dumpManifest } from './dump-manifest.ts'
import { type DumpedTableItem, dumpTable } from './dump-table.ts'

export type DumpedKind = 'log' | 'manifest' | 'table' | 'current'

export type DumpedItem =
  | DumpedLogItem
  | DumpedManifestItem
  | DumpedTableItem
  | { readonly type: 'current'; readonly manifest: string }

/** What a file holds that can be dumped, by its name in the directory of a store (`lost/` included) or of a B-tree. */
export function dumpedKind(name: string): DumpedKind | undefined {
  const file = parseFileName(name) ?? parseLostName(/^lost\/(.+)$/.exec(name)?.[1] ?? '')?.file
  switch (file?.kind) {
    case 'wal':
      return 'log'
    case 'table':
    case 'manifest':
    case 'current':
      return file.kind
    default:
      return /^\d{6,}\.log$/.test(name) ? 'log' : undefined
  }
}

/** All that a file says, in its order. Throws CORRUPTION where not even its beginning can be read. */
export function* dumpFile(
  fileSystem: FileSystem,
  directory: string,
  name: string,
  kind: DumpedKind,
): Generator<DumpedItem> {
  const path = `${directory}/${name}`
  if (kind === 'log') yield* dumpLog(fileSystem, path)
  else if (kind === 'manifest') yield* dumpManifest(fileSystem, path)
  else if (kind === 'table') yield* dumpTable(fileSystem, path)
  else yield { type: 'current', manifest: manifestName(readCurrent(fileSystem, directory)) }
}
