import { corruption } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { openManifest } from '../manifest/manifest-reader.ts'
import type { VersionEdit } from '../manifest/version-edit.ts'
import { decodeVersionEdit } from '../manifest/version-edit-codec.ts'
import { RecordType } from '../wal/format.ts'
import { type DumpedDamage, type DumpedHeader, dumpedHeader, framesOf } from './dump-frames.ts'
import { damageOf } from './findings.ts'

export type DumpedManifestItem =
  | DumpedHeader
  | DumpedDamage
  | { readonly type: 'edit'; readonly offset: number; readonly length: number; readonly edit: VersionEdit }
  | { readonly type: 'promise'; readonly offset: number; readonly length: number; readonly syncedUpTo: number }

/** All edits of a manifest, as they stand there. */
export function* dumpManifest(fileSystem: FileSystem, path: string): Generator<DumpedManifestItem> {
  const reader = openManifest(fileSystem, path)
  if (reader?.header === undefined) throw corruption('there is no manifest with a header', path)
  yield dumpedHeader(reader.header, reader.bytes.length)
  for (const frame of framesOf(reader)) {
    if (frame.type === 'damage') {
      yield frame
      continue
    }
    const { type, offset, payloadStart, end, syncedUpTo } = frame.record
    const length = end - offset
    if (type === RecordType.Promise) {
      yield { type: 'promise', offset, length, syncedUpTo }
      continue
    }
    try {
      if (type !== RecordType.ManifestEdit) throw corruption('a record of a manifest is no edit', path, offset)
      yield { type: 'edit', offset, length, edit: decodeVersionEdit(reader.bytes.subarray(payloadStart, end), path) }
    } catch (error) {
      yield { type: 'damage', offset, length, why: damageOf(error), isProven: true }
    }
  }
}
