import type { FileSystem } from '../fs/file-system.ts'
import { checkFeatures } from '../manifest/features.ts'
import { manifestName } from '../manifest/file-names.ts'
import { openManifest } from '../manifest/manifest-reader.ts'
import { ManifestState } from '../manifest/manifest-state.ts'
import type { VersionEdit } from '../manifest/version-edit.ts'
import { decodeVersionEdit } from '../manifest/version-edit-codec.ts'
import { RecordType } from '../wal/format.ts'
import type { LogReader, LogRecord } from '../wal/log-reader.ts'
import { damageOf, type Findings } from './findings.ts'
import { useRecords } from './log-records.ts'

/** What edits say that is true for ever, whatever came after them. */
export interface ManifestHints {
  databaseId: Uint8Array | undefined
  /** Ids of tables by file number: they prove the blocks of a table whose own end is lost. */
  readonly tableIds: Map<number, string>
  lastSequence: number
  /** The greatest number of a table that any manifest has named. */
  newestTable: number
}

/**
 * Reads every intact edit of these manifests, newest first. What is told to `findings` is what cannot be read of them.
 */
export function collectHints(
  fileSystem: FileSystem,
  directory: string,
  numbers: readonly number[],
  findings: Findings | undefined,
): ManifestHints {
  const hints: ManifestHints = { databaseId: undefined, tableIds: new Map(), lastSequence: 0, newestTable: 0 }
  const edits: VersionEdit[] = []
  for (const number of numbers) {
    const file = manifestName(number)
    const bytes = fileSystem.status(`${directory}/${file}`)?.size ?? 0
    const source = { file, kind: 'manifest' as const, bytes, entries: 0 }
    try {
      const reader = openManifest(fileSystem, `${directory}/${file}`)
      if (reader?.header === undefined) continue
      hints.databaseId ??= reader.header.databaseId
      // Whatever was removed before a manifest was begun has a lower number than that.
      hints.newestTable = Math.max(hints.newestTable, number)
      const tally = { records: 0, bytes: 0 }
      const use = (record: LogRecord): void => {
        if (record.type === RecordType.ManifestEdit) edits.push(editOf(reader, record))
      }
      for (const _ of useRecords(reader, file, findings, tally, use));
      const why = 'only what its edits say of single tables could be used'
      findings?.source({ ...source, used: 'part', why, bytesUsed: tally.bytes, parts: tally.records })
    } catch (error) {
      const why = damageOf(error)
      findings?.unreadableAt(file, 0, bytes, why)
      findings?.source({ ...source, used: 'none', why, bytesUsed: 0, parts: 0 })
    }
  }
  for (const edit of edits) takeHints(hints, edit)
  return hints
}

function editOf(reader: LogReader, record: LogRecord): VersionEdit {
  return decodeVersionEdit(reader.bytes.subarray(record.payloadStart, record.end), reader.path, record.payloadStart)
}

function takeHints(hints: ManifestHints, edit: VersionEdit): void {
  const { features, keyspaces, added = [], removed = [] } = edit
  // The meaning of all files depends on these: what a newer version wrote is refused, not guessed at.
  checkFeatures(ManifestState.empty.apply({ features, keyspaces }), true)
  hints.lastSequence = Math.max(hints.lastSequence, edit.lastSequence ?? 0, edit.clean?.lastSequence ?? 0)
  for (const number of removed) hints.newestTable = Math.max(hints.newestTable, number)
  for (const { number, id } of added) {
    hints.newestTable = Math.max(hints.newestTable, number)
    if (!hints.tableIds.has(number)) hints.tableIds.set(number, id)
  }
}
