import { VarveError } from '../errors.ts'
import type { Job, Waitable } from '../fs/job.ts'
import { writeGroupHeader } from '../wal/commit-group.ts'
import { encodeLink } from '../wal/control-records.ts'
import { HEADER_BYTES, type LogHeader, RecordType } from '../wal/format.ts'
import { LogChain } from '../wal/log-chain.ts'
import { LogWriter } from '../wal/log-writer.ts'
import type { BTreeContext } from './btree-context.ts'
import type { PagerCounts } from './btree-counts.ts'
import { logName } from './file-names.ts'
import type { RedoWriter } from './redo-writer.ts'

/** The logs of one life, from the first write on. Those that a checkpoint has made useless go at once. */
export class TreeLogs implements Waitable {
  readonly #context: BTreeContext
  readonly #counts: PagerCounts
  #chain: LogChain | undefined
  #epoch = 0
  #nextNumber: number
  /** Logs that exist on disk, ascending, those of earlier lives included. */
  readonly #numbers: number[]
  #lastSequence: number
  #lastTimeMs: number
  #syncedSequence: number
  /** Bytes of the current log's predecessors since the last checkpoint began. */
  #earlierBytes = 0

  constructor(
    context: BTreeContext,
    counts: PagerCounts,
    numbers: readonly number[],
    nextNumber: number,
    lastSequence: number,
    lastTimeMs: number,
  ) {
    this.#context = context
    this.#counts = counts
    this.#numbers = [...numbers]
    this.#nextNumber = nextNumber
    this.#lastSequence = lastSequence
    this.#syncedSequence = lastSequence
    this.#lastTimeMs = lastTimeMs
  }

  get hasBegun(): boolean {
    return this.#chain !== undefined
  }

  /** Whether a group may be appended right away. */
  get isReady(): boolean {
    return this.#chain !== undefined && !this.#chain.current.hasFailed
  }

  get isSynced(): boolean {
    return this.#chain?.isSynced ?? true
  }

  get lastSequence(): number {
    return this.#lastSequence
  }

  get lastTimeMs(): number {
    return this.#lastTimeMs
  }

  /** Everything up to here is durable. */
  get syncedSequence(): number {
    return this.isSynced ? this.#lastSequence : this.#syncedSequence
  }

  get numbers(): readonly number[] {
    return this.#numbers
  }

  /** Bytes of log since the last checkpoint began. */
  get bytes(): number {
    return this.#earlierBytes + (this.#chain?.current.length ?? 0)
  }

  fits(bytes: number): boolean {
    return this.#chain?.current.fits(bytes) ?? true
  }

  /** How much of each log of this life is known to be whole: for whoever checks them. */
  lengthOf(number: number): number | undefined {
    const current = this.#chain?.current
    return current?.number === number ? current.length : undefined
  }

  /** Syncs everything appended so far. */
  async wait(): Promise<void> {
    const sequence = this.#lastSequence
    await this.#chain?.wait()
    if (sequence > this.#syncedSequence) this.#syncedSequence = sequence
  }

  waitSync(): void {
    this.#chain?.waitSync()
    this.#syncedSequence = this.#lastSequence
  }

  /** For a log that is made by others, and goes when a checkpoint is behind it. */
  takeNumber(): number {
    const number = this.#nextNumber++
    this.#numbers.push(number)
    return number
  }

  /** Makes the first log of this life. It counts only once a durable checkpoint file names it. Returns its number. */
  *begin(epoch: number): Job<number> {
    const log = yield* this.#create(epoch)
    this.#epoch = epoch
    this.#chain = new LogChain(log)
    return log.number
  }

  /** The first log could not be named: it is as if it had not begun. */
  forget(error: unknown): void {
    const log = this.#chain!.current
    this.#chain = undefined
    this.#discard(log, error)
  }

  /** Goes on in a new log, which links to the current one. Returns its number. */
  *advance(): Job<number> {
    const chain = this.#chain!
    const next = yield* this.#create(this.#epoch)
    try {
      // The chain holds two logs: what comes before the current one has to be whole on disk first.
      yield { kind: 'wait', on: chain.predecessor }
      // Last of all: a promise may fail until now. What it left behind the length in the link would make the next opening drop what follows.
      if (chain.current.hasFailed) yield* chain.current.cutBack()
      const { number, length } = chain.current
      next.appendPayload(RecordType.Link, encodeLink({ number, length, lastSequence: this.#lastSequence }))
      this.#counts.logBytes.framing += next.length - HEADER_BYTES
    } catch (error) {
      this.#discard(next, error)
      throw error
    }
    this.#earlierBytes += chain.current.length
    chain.advance(next)
    return next.number
  }

  /** A checkpoint begins: what was logged so far is not counted for the next one. */
  resetBytes(): void {
    this.#earlierBytes = -(this.#chain?.current.length ?? 0)
  }

  /** Appends what a group changed with one write. */
  append(redo: RedoWriter, firstSequence: number, lastSequence: number): void {
    const { current } = this.#chain!
    const timeMs = Math.max(this.#lastTimeMs, current.header.baseTimeMs, this.#context.nowMs())
    const { buffer, length } = redo
    const before = current.length
    const payloadStart = writeGroupHeader(buffer, redo.start, current.header, firstSequence, timeMs)
    current.append(RecordType.BTree, buffer, payloadStart, length)
    this.#counts.logBytes.framing += current.length - before - redo.stepBytes
    this.#lastSequence = lastSequence
    this.#lastTimeMs = timeMs
  }

  /** After a failed append: the log is cut back to its last good record, and the next group goes to a new one. */
  repair(): Job<void> {
    return this.#chain!.current.cutBack()
  }

  /** States that what was synced is durable. Where it cannot be written, the next group gets a new log. */
  appendPromise(): void {
    const { current } = this.#chain!
    const before = current.length
    try {
      current.appendPromise()
    } catch (error) {
      this.#context.logger.warn(`a promise could not be written: ${(error as Error).message}`)
    }
    this.#counts.logBytes.framing += current.length - before
  }

  /** Removes logs that the durable checkpoint does not need any more. */
  removeBefore(number: number): void {
    while (this.#numbers.length > 0 && this.#numbers[0]! < number) this.#unlink(this.#numbers.shift()!)
  }

  close(): void {
    this.#chain?.close()
  }

  *#create(epoch: number): Job<LogWriter> {
    const { fileSystem, directory, databaseId } = this.#context
    const number = this.takeNumber()
    const header: LogHeader = {
      databaseId,
      nonce: this.#context.newNonce(),
      number,
      epoch,
      baseSequence: this.#lastSequence,
      baseTimeMs: Math.max(this.#lastTimeMs, this.#context.nowMs()),
    }
    try {
      const log = yield* LogWriter.create(fileSystem, directory, logName(number), header, 'wal')
      this.#counts.logBytes.framing += HEADER_BYTES
      return log
    } catch (error) {
      this.#drop(number, error)
      throw error
    }
  }

  #discard(log: LogWriter, error: unknown): void {
    log.close()
    this.#drop(log.number, error)
  }

  #drop(number: number, error: unknown): void {
    if (error instanceof VarveError && error.code === 'POISONED') return
    this.#numbers.splice(this.#numbers.indexOf(number), 1)
    this.#unlink(number)
  }

  #unlink(number: number): void {
    const { directory, removal } = this.#context
    removal.remove(`${directory}/${logName(number)}`)
  }
}
