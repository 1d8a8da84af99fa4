import { LogReplay } from '../../src/database/log-replay.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { OperationReader } from '../../src/key/operations.ts'
import { encodeCurrent } from '../../src/manifest/current-file.ts'
import { manifestName, walName } from '../../src/manifest/file-names.ts'
import { loadManifest } from '../../src/manifest/manifest-reader.ts'
import { ManifestState } from '../../src/manifest/manifest-state.ts'
import { decodeVersionEdit, encodeVersionEdit } from '../../src/manifest/version-edit-codec.ts'
import { readGroupHeader } from '../../src/wal/commit-group.ts'
import { RecordType } from '../../src/wal/format.ts'
import { decodeLogHeader } from '../../src/wal/log-header.ts'
import { LogReader } from '../../src/wal/log-reader.ts'
import { mutateBytes } from './fuzz-bytes.ts'
import type { Dice } from './fuzz-dice.ts'
import { mutateFields } from './fuzz-fields.ts'
import { joinLog, type LogParts, logPartsOf, mutateLog } from './fuzz-log.ts'
import { corrupted, type FuzzTarget } from './fuzz-target.ts'
import type { Trial } from './fuzz-trial.ts'
import { putFile, STORE } from './recovery-disk.ts'

/** The parsers of everything that is framed as a log, and of what its records hold. */
export function logTargets(logs: readonly Uint8Array[], manifests: readonly Uint8Array[]): FuzzTarget[] {
  const wals = logs.map(logPartsOf)
  const edits = manifests.map(logPartsOf)
  const payloads = (of: readonly LogParts[], type: number): Uint8Array[] =>
    of.flatMap(({ records }) => records.filter((record) => record.type === type).map(({ payload }) => payload))
  const groups = payloads(wals, RecordType.Operations)
  const editPayloads = payloads(edits, RecordType.ManifestEdit)
  return [
    { name: 'log', weight: 4, prepare: (dice) => preparedLog(dice, wals, logs, readLog) },
    { name: 'manifest', weight: 4, prepare: (dice) => preparedLog(dice, edits, manifests, readManifest) },
    {
      name: 'version-edit',
      weight: 4,
      prepare(dice) {
        const bytes = mutateFields(dice, dice.pick(editPayloads), dice.pick(editPayloads))
        return { bytes, isRepaired: true, read: (trial) => void trial.attempt(() => readEdit(bytes)) }
      },
    },
    {
      name: 'operations',
      weight: 3,
      prepare(dice) {
        const bytes = mutateBytes(dice, dice.pick(groups), dice.pick(groups))
        const { header } = dice.pick(wals)
        return { bytes, isRepaired: true, read: (trial) => void trial.attempt(() => readGroup(bytes, header, trial)) }
      },
    },
    {
      name: 'log-header',
      weight: 1,
      prepare(dice) {
        const parts = dice.pick(wals)
        const bytes = dice.oneIn(8)
          ? mutateBytes(dice, parts.header)
          : joinLog(mutateLog(dice, { ...parts, records: [] }, { ...dice.pick(wals), records: [] }))
        return { bytes, isRepaired: true, read: (trial) => void trial.attempt(() => decodeLogHeader(bytes, 'log')) }
      },
    },
  ]
}

function preparedLog(
  dice: Dice,
  parts: readonly LogParts[],
  files: readonly Uint8Array[],
  read: (bytes: Uint8Array, original: Uint8Array, trial: Trial) => void,
): ReturnType<FuzzTarget['prepare']> {
  const original = dice.pick(parts)
  const isRepaired = !dice.oneIn(12)
  const bytes = isRepaired ? joinLog(mutateLog(dice, original, dice.pick(parts))) : corrupted(dice, files)
  return { bytes, isRepaired, read: (trial) => read(bytes, original.header, trial) }
}

function diskWith(name: string, bytes: Uint8Array): MemoryFileSystem {
  const disk = new MemoryFileSystem()
  disk.makeDirectory(STORE)
  putFile(disk, name, bytes)
  return disk
}

function readLog(bytes: Uint8Array, original: Uint8Array, trial: Trial): void {
  const { number, databaseId } = decodeLogHeader(original, 'log')
  const disk = diskWith(walName(number), bytes)
  const replay = new LogReplay(disk, STORE, databaseId, (operations) => {
    while (operations.next()) trial.step()
  })
  const reader = trial.attempt(() => replay.open(number))
  if (reader === undefined) return
  trial.attempt(() => {
    const log = replay.replay(reader)
    if (log.reader.atEnd) return
    trial.stoppedAtChecksum = true
    const proof = log.reader.proofOfLoss()
    if (proof !== undefined && proof.syncedUpTo <= log.length) throw new Error('a proof that proves nothing')
  })
  const isLinked = trial.attempt(() => LogReader.open(disk, reader.path).next())?.type === RecordType.Link
  if (isLinked) trial.attempt(() => replay.linkOf(LogReader.open(disk, reader.path)))
}

function readManifest(bytes: Uint8Array, original: Uint8Array, trial: Trial): void {
  const { number } = decodeLogHeader(original, 'log')
  const disk = diskWith(manifestName(number), bytes)
  putFile(disk, 'CURRENT', encodeCurrent(number))
  const loaded = trial.attempt(() => loadManifest(disk, STORE))
  if (loaded === undefined) return
  if (loaded.droppedBytes > 0) trial.stoppedAtChecksum = true
  for (const table of loaded.state.version.tables()) trial.step(table.smallest.length > 65_536 ? Infinity : 1)
}

/** What is accepted says the same once it is written and read again. */
function readEdit(bytes: Uint8Array): void {
  const edit = decodeVersionEdit(bytes, 'MANIFEST', 0)
  const again = encodeVersionEdit(edit)
  if (Buffer.compare(encodeVersionEdit(decodeVersionEdit(again)), again) !== 0) throw new Error('an edit changes')
  const state = ManifestState.empty.replay(edit, 'MANIFEST', 0)
  const snapshot = encodeVersionEdit(state.snapshotEdit())
  const restored = ManifestState.empty.replay(decodeVersionEdit(snapshot), 'MANIFEST', 0)
  if (Buffer.compare(encodeVersionEdit(restored.snapshotEdit()), snapshot) !== 0) throw new Error('a state changes')
}

function readGroup(bytes: Uint8Array, header: Uint8Array, trial: Trial): void {
  const log = decodeLogHeader(header, 'log')
  const group = readGroupHeader(bytes, 0, bytes.length, log, 'log')
  const operations = new OperationReader(bytes, group.start, bytes.length, 'log')
  while (operations.next()) {
    trial.step()
    const { keyStart, keyEnd, valueStart, valueEnd } = operations
    const isWithin = keyStart <= keyEnd && keyEnd <= valueStart && valueStart <= valueEnd && valueEnd <= bytes.length
    if (!isWithin) throw new Error('an operation reaches out of its payload')
  }
}
