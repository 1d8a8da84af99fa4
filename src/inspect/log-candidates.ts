import type { FileSystem } from '../fs/file-system.ts'
import { parseFileName, walName } from '../manifest/file-names.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import { HEADER_BYTES, LOG_BYTES_MAX, type LogHeader } from '../wal/format.ts'
import { decodeLogHeader } from '../wal/log-header.ts'
import type { Authority } from './authority.ts'
import { damageOf, type Findings } from './findings.ts'

/** A log that is there. */
export interface LogCandidate {
  readonly name: string
  readonly header: LogHeader
  readonly bytes: number
}

interface LogHere {
  readonly name: string
  readonly number: number
  readonly bytes: number
  /** Undefined where it cannot be read: then no record can be proven. */
  readonly header: LogHeader | undefined
  readonly damage: string | undefined
}

/** The log files, and which of them count. */
export class LogCandidates {
  readonly #here: readonly LogHere[]
  readonly #state: ManifestState | undefined
  readonly #databaseId: Uint8Array | undefined

  constructor(fileSystem: FileSystem, directory: string, names: readonly string[], authority: Authority) {
    this.#state = authority.state
    this.#here = names.flatMap((name) => {
      const parsed = parseFileName(name)
      return parsed?.kind === 'wal' ? logHere(fileSystem, directory, name, parsed.number) : []
    })
    // Logs of other stores do not count; where no manifest tells whose this is, the first log does.
    this.#databaseId = authority.databaseId ?? this.#here.find(({ header }) => header !== undefined)?.header?.databaseId
  }

  /** Whether the header of one is a store's, or a manifest's was. */
  get areProven(): boolean {
    return this.#databaseId !== undefined
  }

  /**
   * Whether a life has written that the manifest knows nothing of, or all logs begin behind what it knows to be in
   * tables: then it has lost its end.
   */
  get contradictManifest(): boolean {
    if (this.#state === undefined) return false
    const { epoch, lastSequence, replayFrom } = this.#state
    const written = this.#here.flatMap(({ header, bytes }) =>
      header !== undefined && this.#isOurs(header) && bytes > HEADER_BYTES ? [header] : [],
    )
    if (written.some((header) => header.epoch > epoch)) return true
    const replayed = written.filter(({ number }) => number >= replayFrom)
    return replayed.length > 0 && replayed.every(({ baseSequence }) => baseSequence > lastSequence)
  }

  /** The logs from the replay point on, in the order in which they were written. */
  named(findings: Findings): LogCandidate[] {
    const state = this.#state!
    const counting = this.#counting(state.replayFrom, findings)
    for (const { number, length, why } of expectedLogs(state)) {
      const isThere = this.#here.some((log) =>
        // One without a header is noted as what it is, unless there is nothing but that.
        log.header === undefined ? log.number === number && log.bytes > HEADER_BYTES : log.header.number === number,
      )
      if (!isThere) findings.unreadableAt(walName(number), 0, length, why)
    }
    return counting
  }

  /** Every log that is there. */
  all(findings: Findings): LogCandidate[] {
    return this.#counting(0, findings)
  }

  #counting(from: number, findings: Findings): LogCandidate[] {
    const counting: LogCandidate[] = []
    for (const log of this.#here) {
      const { name, bytes, header } = log
      const why = this.#whyNot(log, from)
      if (why === undefined) counting.push({ name, header: header!, bytes })
      else findings.source({ file: name, kind: 'log', used: 'none', why, bytes, bytesUsed: 0, parts: 0, entries: 0 })
      if (why !== undefined && why === log.damage) findings.unreadableAt(name, 0, bytes, why, bytes > HEADER_BYTES)
    }
    return counting.sort((a, b) => a.header.epoch - b.header.epoch || a.header.number - b.header.number)
  }

  /** Why a log does not count; undefined where it does. */
  #whyNot({ header, number, damage }: LogHere, from: number): string | undefined {
    if ((header?.number ?? number) < from) return 'the manifest does not need it any more'
    if (header === undefined) return damage
    return this.#isOurs(header) ? undefined : 'it belongs to another store'
  }

  #isOurs(header: LogHeader): boolean {
    return this.#databaseId === undefined || Buffer.compare(header.databaseId, this.#databaseId) === 0
  }
}

/** A log that must be there, how long it was when that was last known, and what it means that it is not. */
interface ExpectedLog {
  readonly number: number
  readonly length: number
  readonly why: string
}

function expectedLogs({ clean, sealedLogs, replayFrom, firstLog }: ManifestState): ExpectedLog[] {
  const sealed = [...sealedLogs]
  if (clean !== undefined && clean.number >= Math.max(1, replayFrom)) sealed.push(clean)
  const expected = sealed.map(({ number, length }) => ({ number, length, why: 'the log is missing' }))
  const first = Math.max(firstLog, replayFrom)
  if (clean === undefined && first > 0) {
    const why = 'the log is missing; it was longer than this, and all that was written to it may be lost'
    expected.push({ number: first, length: HEADER_BYTES, why })
  }
  return expected
}

function logHere(fileSystem: FileSystem, directory: string, name: string, number: number): LogHere[] {
  const path = `${directory}/${name}`
  const status = fileSystem.status(path)
  if (status?.kind !== 'file') return []
  const { size: bytes } = status
  if (bytes > LOG_BYTES_MAX)
    return [{ name, number, bytes, header: undefined, damage: 'it is longer than a log can be' }]
  const file = fileSystem.open(path, 'read')
  try {
    const start = new Uint8Array(Math.min(bytes, HEADER_BYTES))
    file.readSync(start, 0)
    return [{ name, number, bytes, header: decodeLogHeader(start, path), damage: undefined }]
  } catch (error) {
    return [{ name, number, bytes, header: undefined, damage: damageOf(error) }]
  } finally {
    file.close()
  }
}
