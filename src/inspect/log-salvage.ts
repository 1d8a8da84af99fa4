import { corruption } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { type Job, SLICE } from '../fs/job.ts'
import { countOperations, OperationReader } from '../key/operations.ts'
import { MAX_SEQUENCE } from '../key/sequence.ts'
import { walName } from '../manifest/file-names.ts'
import { readGroupHeader } from '../wal/commit-group.ts'
import { decodeLink } from '../wal/control-records.ts'
import { RecordType } from '../wal/format.ts'
import { LogReader, type LogRecord } from '../wal/log-reader.ts'
import { damageOf, type Findings } from './findings.ts'
import type { LogCandidate } from './log-candidates.ts'
import { type RecordTally, useRecords } from './log-records.ts'
import type { SalvagedRuns } from './salvaged-runs.ts'

/** How much is read between two turns of the event loop. */
const SLICE_BYTES = 512 * 1024

/** Takes the operations of logs, record by record. */
export class LogSalvage {
  readonly #fileSystem: FileSystem
  readonly #directory: string
  readonly #runs: SalvagedRuns
  readonly #findings: Findings
  /** Operations up to this sequence are in tables, all of which were read. */
  readonly #flushedThrough: number
  /** Bytes by log number, of those that were read. */
  readonly #lengths = new Map<number, number>()

  constructor(
    fileSystem: FileSystem,
    directory: string,
    runs: SalvagedRuns,
    findings: Findings,
    flushedThrough: number,
  ) {
    this.#fileSystem = fileSystem
    this.#directory = directory
    this.#runs = runs
    this.#findings = findings
    this.#flushedThrough = flushedThrough
  }

  /** `from`: logs with lower numbers need not be there. */
  *take({ name, header, bytes }: LogCandidate, from: number): Job<void> {
    const source = { file: name, kind: 'log' as const, bytes }
    const tally = { records: 0, bytes: 0 }
    const before = this.#findings.entriesRead
    let reader: LogReader
    try {
      reader = LogReader.open(this.#fileSystem, `${this.#directory}/${name}`)
    } catch (error) {
      const why = damageOf(error)
      this.#findings.unreadableAt(name, 0, bytes, why)
      this.#findings.source({ ...source, used: 'none', why, bytesUsed: 0, parts: 0, entries: 0 })
      return
    }
    this.#lengths.set(header.number, bytes)
    // What fails from here on is the new store's disk, and no damage of the log.
    yield* this.#takeRecords(reader, name, tally, from)
    const why = tally.bytes < bytes ? 'some of its bytes are no intact records' : undefined
    const entries = this.#findings.entriesRead - before
    const used = why === undefined ? 'whole' : tally.records > 0 ? 'part' : 'none'
    this.#findings.source({ ...source, used, why, bytesUsed: tally.bytes, parts: tally.records, entries })
  }

  *#takeRecords(reader: LogReader, name: string, tally: RecordTally, from: number): Job<void> {
    let left = SLICE_BYTES
    const use = (record: LogRecord): void => {
      left -= record.end - record.offset
      if (record.type === RecordType.Operations) this.#takeGroup(reader, record)
      else if (record.type === RecordType.Link) this.#checkLink(reader, record, from)
    }
    for (const _ of useRecords(reader, name, this.#findings, tally, use)) {
      if (this.#runs.isFull) yield* this.#runs.spill()
      if (left > 0) continue
      left = SLICE_BYTES
      yield SLICE
    }
  }

  #takeGroup({ bytes, path, header }: LogReader, record: LogRecord): void {
    const { firstSequence, timeMs, start } = readGroupHeader(bytes, record.payloadStart, record.end, header!, path)
    const count = countOperations(bytes, start, record.end, path)
    if (count === 0) throw corruption('a commit group holds no operation', path, record.offset)
    if (firstSequence < 1 || firstSequence + count - 1 > MAX_SEQUENCE)
      throw corruption('a sequence is past the last one', path, record.offset)
    this.#runs.noteTimes({ oldestMs: timeMs, newestMs: timeMs })
    const operations = new OperationReader(bytes, start, record.end, path)
    for (let sequence = firstSequence; operations.next(); sequence++) {
      this.#findings.entry(sequence)
      if (sequence <= this.#flushedThrough) continue
      const { kind, keyStart, keyEnd, valueStart, valueEnd } = operations
      this.#runs.add(sequence, kind, bytes, keyStart, keyEnd, bytes, valueStart, valueEnd)
    }
  }

  /** A log tells how long the one before it was when it ended. */
  #checkLink({ bytes, path }: LogReader, { payloadStart, end }: LogRecord, from: number): void {
    const { number, length } = decodeLink(bytes, payloadStart, end, path)
    if (number < from) return
    const here = this.#lengths.get(number)
    const why =
      here === undefined
        ? 'a later log follows it, and it is not there: its entries may be in tables, or lost'
        : 'a later log says that it was longer'
    if ((here ?? 0) < length) this.#findings.unreadableAt(walName(number), here ?? 0, length - (here ?? 0), why)
  }
}
