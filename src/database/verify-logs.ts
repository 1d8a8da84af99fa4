import { corruption } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import { walName } from '../manifest/file-names.ts'
import type { SealedLog } from '../manifest/version-edit.ts'
import type { Link } from '../wal/control-records.ts'
import type { LogReader } from '../wal/log-reader.ts'
import { LogReplay, type ReplayedLog } from './log-replay.ts'
import type { StoreCore } from './store-core.ts'

/** Reads the logs again, oldest first, and holds each against its header, the one before it, and what the manifest says of it. */
export class LogVerification {
  readonly #core: StoreCore
  readonly #replay: LogReplay
  #before: ReplayedLog | undefined

  constructor(core: StoreCore) {
    const { fileSystem, directory, databaseId } = core.context
    this.#core = core
    this.#replay = new LogReplay(fileSystem, directory, databaseId, () => {})
  }

  *verify(number: number): Job<void> {
    const path = `${this.#core.context.directory}/${walName(number)}`
    const before = this.#before
    this.#before = undefined
    const reader = this.#replay.open(number)
    if (reader === undefined) throw corruption('a log that the store needs is missing', path)
    if (reader.header === undefined) throw corruption('a log has no header', path, 0)
    const link = this.#checkedLink(reader, before)
    const log = this.#replay.replay(reader, link)
    this.#checkStart(log, before)
    if (!reader.atEnd && !this.#mayBeTorn(number, reader)) {
      throw corruption('a record of the log is damaged', path, reader.position)
    }
    const sealed = this.#sealedLogs().find((each) => each.number === number)
    if (sealed !== undefined && !isSealedAs(log, sealed)) {
      throw corruption('a log is not as the manifest says that it was sealed', path, log.length)
    }
    this.#before = log
    yield { kind: 'slice' }
  }

  /** The link of a log that goes on from the one before. */
  #checkedLink(reader: LogReader, before: ReplayedLog | undefined): Link | undefined {
    const { epoch } = reader.header!
    if (epoch > this.#core.manifest.state.epoch) {
      throw corruption('a log is of a life that the manifest does not know', reader.path, 0)
    }
    if (before === undefined || before.reader.header!.epoch !== epoch) return undefined
    const link = this.#replay.linkOf(reader)
    const isLinked =
      link?.number === before.reader.header!.number &&
      link.length === before.length &&
      link.lastSequence === before.lastSequence
    if (!isLinked) throw corruption('a log does not link to the one before it', reader.path, reader.position)
    return link
  }

  #checkStart({ reader, startSequence }: ReplayedLog, before: ReplayedLog | undefined): void {
    const known = Math.max(this.#core.manifest.state.lastSequence, before?.lastSequence ?? 0)
    const isFirst = before === undefined && this.#core.logs.numbers[0] === reader.header!.number
    if ((isFirst || before !== undefined) && startSequence > known) {
      throw corruption(`a log begins behind sequence ${known}, where the one before it ended`, reader.path, 0)
    }
  }

  #sealedLogs(): readonly SealedLog[] {
    const { clean, sealedLogs } = this.#core.manifest.state
    return clean === undefined ? sealedLogs : [...sealedLogs, clean]
  }

  /** A torn end is there where an opening without the right to write has left and told it, or where a failed append is about to be cut back. */
  #mayBeTorn(number: number, reader: LogReader): boolean {
    const { logs, report, context } = this.#core
    if (reader.position === logs.tornFrom(number)) return true
    return report.droppedBytes > 0 && context.options.readOnly && reader.proofOfLoss() === undefined
  }
}

function isSealedAs(log: ReplayedLog, sealed: SealedLog): boolean {
  return log.isSealed && log.length === sealed.length && log.lastSequence === sealed.lastSequence
}
