import { invariant, VarveError } from '../errors.ts'
import { writeFileAtomically } from '../fs/atomic-file.ts'
import type { FileSystem } from '../fs/file-system.ts'
import type { Job } from '../fs/job.ts'
import { RecordType } from '../wal/format.ts'
import { LogWriter } from '../wal/log-writer.ts'
import { encodeCurrent } from './current-file.ts'
import { CURRENT, manifestName } from './file-names.ts'
import type { LoadedManifest } from './manifest-reader.ts'
import type { ManifestState } from './manifest-state.ts'
import type { VersionEdit } from './version-edit.ts'
import { encodeVersionEdit } from './version-edit-codec.ts'

/** Past this size, and past twice the size of what it says, a manifest is written afresh. */
const MANIFEST_BYTES_MIN = 1 << 20

interface PendingEdit {
  readonly edit: VersionEdit
  readonly end: number
  readonly installed: () => void
}

/** What a manifest needs to know of its store. */
export interface ManifestHome {
  readonly fileSystem: FileSystem
  readonly directory: string
  readonly databaseId: Uint8Array
  newNonce(): Uint8Array
  nowMs(): number
}

/**
 * The manifest as it is written: edits are appended, synced, and only then take effect, in order. Several may be on their way; whoever syncs takes
 * all of them along.
 */
export class ManifestLog {
  readonly number: number
  readonly #fileSystem: FileSystem
  #state: ManifestState
  #openWriter: () => LogWriter
  /** Open while edits are on their way, and after a failed append. */
  #writer: LogWriter | undefined
  /** While there is no writer. */
  #length: number
  readonly #pending: PendingEdit[] = []
  /** Commits whose sync is on its way. */
  #waiting = 0
  readonly #freshBytes: number

  private constructor(
    fileSystem: FileSystem,
    number: number,
    state: ManifestState,
    bytes: number,
    openWriter: () => LogWriter,
  ) {
    this.#fileSystem = fileSystem
    this.number = number
    this.#state = state
    this.#freshBytes = bytes
    this.#length = bytes
    this.#openWriter = openWriter
  }

  /** Goes on in a manifest that was read to its end. Its file is opened with the first edit: a life without writes writes nothing. */
  static reopen(home: ManifestHome, loaded: LoadedManifest): ManifestLog {
    const { header, state, length, syncedUpTo } = loaded
    const path = `${home.directory}/${manifestName(header.number)}`
    return new ManifestLog(home.fileSystem, header.number, state, length, () =>
      LogWriter.reopen(home.fileSystem, path, header, length, syncedUpTo, 'manifest'),
    )
  }

  /** The state that is durable. */
  get state(): ManifestState {
    return this.#state
  }

  /** Where a failed append may have left part of a record, which nobody has cut off yet. */
  get tornFrom(): number | undefined {
    return this.#writer?.hasFailed === true ? this.#writer.length : undefined
  }

  /** Whether it has grown so much that a fresh one should be written. */
  get isLong(): boolean {
    return (this.#writer?.length ?? this.#length) > Math.max(MANIFEST_BYTES_MIN, 2 * this.#freshBytes)
  }

  /**
   * Writes a manifest that says `state` and makes it the store's. REQUIRES that every file it names is durable, with its name.
   * Only after the job has ended may files be removed that the old manifest names.
   */
  static *createFresh(home: ManifestHome, number: number, state: ManifestState): Job<ManifestLog> {
    const { fileSystem, directory } = home
    const header = {
      databaseId: home.databaseId,
      nonce: home.newNonce(),
      number,
      epoch: state.epoch,
      baseSequence: 0,
      baseTimeMs: home.nowMs(),
    }
    const writer = yield* LogWriter.create(fileSystem, directory, manifestName(number), header, 'manifest')
    try {
      writer.appendPayload(RecordType.ManifestEdit, encodeVersionEdit(state.snapshotEdit()))
      // Were CURRENT swung before this sync, a crash could leave it naming a manifest without content.
      yield { kind: 'wait', on: writer }
      writeFileAtomically(fileSystem, `${directory}/${CURRENT}`, encodeCurrent(number), 'manifest')
    } catch (error) {
      writer.close()
      throw error
    }
    const log = new ManifestLog(fileSystem, number, state, writer.length, () => writer)
    log.#writer = writer
    // Before CURRENT was durable nothing could be promised: the next opening might find the old manifest.
    log.#appendPromise()
    log.#rest()
    return log
  }

  /**
   * Appends an edit; when the job ends it is durable and `installed` was called, in the order of appending. REQUIRES that every file that the edit
   * names is durable, with its name: after a crash the manifest must not name what is not there. Throws POISONED when the sync fails; any other
   * error means that the edit was not appended.
   */
  *commit(edit: VersionEdit, installed: () => void = () => {}): Job<void> {
    this.#append(edit)
    const pending = { edit, end: this.#log.length, installed }
    this.#pending.push(pending)
    this.#waiting++
    try {
      yield { kind: 'wait', on: this.#log }
      this.#settle()
    } finally {
      this.#waiting--
    }
    invariant(!this.#pending.includes(pending), 'a synced edit is installed')
    this.#rest()
  }

  /**
   * Makes all that was appended durable and lets it take effect, before a fresh manifest takes over. After a failed append this removes the torn
   * record first. Throws POISONED.
   */
  *end(): Job<void> {
    if (this.#writer === undefined) return
    if (this.#log.hasFailed) yield* this.#log.cutBack()
    else yield { kind: 'wait', on: this.#log }
    this.#settle()
  }

  close(): void {
    this.#writer?.close()
  }

  get #log(): LogWriter {
    this.#writer ??= this.#openWriter()
    return this.#writer
  }

  #append(edit: VersionEdit): void {
    // Behind a torn record nothing would be found.
    const { path, hasFailed } = this.#log
    if (hasFailed) throw new VarveError('IO', 'an earlier write to the manifest failed', { file: path })
    this.#log.appendPayload(RecordType.ManifestEdit, encodeVersionEdit(edit))
  }

  /**
   * Gives back the descriptors between edits: they are rare, and hundreds of stores may be open. All edits are synced; an error in writing back the
   * promise behind them would be told to nobody, but nothing relies on a promise that is not found.
   */
  #rest(): void {
    const writer = this.#writer
    if (writer === undefined || this.#waiting > 0 || writer.hasFailed) return
    const { header, path, length, syncedUpTo } = writer
    writer.close()
    this.#writer = undefined
    this.#length = length
    this.#openWriter = () => LogWriter.reopen(this.#fileSystem, path, header, length, syncedUpTo, 'manifest')
  }

  /** Lets synced edits take effect. */
  #settle(): void {
    let hasSettled = false
    while (this.#pending.length > 0 && this.#pending[0]!.end <= this.#log.syncedUpTo) {
      const { edit, installed } = this.#pending.shift()!
      this.#state = this.#state.apply(edit)
      installed()
      hasSettled = true
    }
    if (hasSettled && this.#pending.length === 0) this.#appendPromise()
  }

  /**
   * States that all so far is durable. Without it the next opening could take damage to the last edit for a torn write, and could not tell an edit
   * whose sync failed, and which is only in memory, from a durable one.
   */
  #appendPromise(): void {
    if (this.#log.hasFailed) return
    try {
      this.#log.appendPromise()
    } catch {
      // A torn promise promises nothing; the next edit goes to a fresh manifest.
    }
  }
}
