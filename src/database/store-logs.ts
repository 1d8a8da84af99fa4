import { VarveError } from '../errors.ts'
import type { Job, Waitable } from '../fs/job.ts'
import { walName } from '../manifest/file-names.ts'
import { writeGroupHeader } from '../wal/commit-group.ts'
import { encodeLink, encodeSeal } from '../wal/control-records.ts'
import { type LogHeader, RecordType } from '../wal/format.ts'
import { LogChain } from '../wal/log-chain.ts'
import { LogWriter } from '../wal/log-writer.ts'
import { NextLog } from '../wal/next-log.ts'
import type { StoreContext } from './context.ts'
import type { ManifestKeeper } from './manifest-keeper.ts'

const NOTHING_TO_SYNC: Waitable = { wait: async () => {}, waitSync: () => {} }

/** The write-ahead logs of one life, from the first write to the seal. */
export class StoreLogs {
  readonly #context: StoreContext
  readonly #manifest: ManifestKeeper
  #chain: LogChain | undefined
  #epoch = 0
  #firstNumber = 0
  /** Logs that exist on disk, ascending, those of earlier lives included. */
  readonly #numbers: number[]
  /** Logs that are being made, or were, and that writing has not come to. */
  readonly #unused = new Set<number>()
  readonly #next: NextLog
  #lastSequence: number
  #lastTimeMs = 0

  constructor(context: StoreContext, manifest: ManifestKeeper, earlierLogs: readonly number[], lastSequence: number) {
    this.#context = context
    this.#manifest = manifest
    this.#numbers = [...earlierLogs]
    this.#lastSequence = lastSequence
    this.#next = new NextLog(() => this.#createNext(), context.driver)
  }

  /** Whether this life has begun to write. */
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

  /** Where a failed append may have left part of a record in this log, which nobody has cut off yet. */
  tornFrom(number: number): number | undefined {
    const current = this.#chain?.current
    return current?.hasFailed === true && current.number === number ? current.length : undefined
  }

  /** A sync of everything appended so far. */
  get all(): Waitable {
    return this.#chain ?? NOTHING_TO_SYNC
  }

  /** A sync of everything before the current log. */
  get earlier(): Waitable {
    return this.#chain?.predecessor ?? NOTHING_TO_SYNC
  }

  /** The commit time of the newest group: it never goes back. */
  get lastTimeMs(): number {
    return this.#lastTimeMs
  }

  /** How many logs of this life there are with this number or a greater one. */
  ofThisLifeFrom(number: number): number {
    return this.#numbers.filter((each) => each >= number && each >= this.#firstNumber).length
  }

  /** The logs that exist on disk, oldest first, but for `unused`. */
  get numbers(): readonly number[] {
    return [...this.#numbers]
  }

  /** Logs that are made ahead: nothing is in them. */
  get unused(): ReadonlySet<number> {
    return this.#unused
  }

  fits(bytes: number): boolean {
    return this.#chain?.current.fits(bytes + 64) ?? true
  }

  /**
   * Makes the first log of this life. The log counts only once the manifest names it; until then nothing may be acknowledged, because the next
   * opening would not look for it. Logs of earlier lives go if no content needs them. Returns its number.
   */
  *begin(isEmpty: boolean): Job<number> {
    const log = yield* this.#create(this.#manifest.state.epoch + 1)
    try {
      const opened = { epoch: log.header.epoch, firstLog: log.number }
      yield* this.#manifest.commit({ opened, replayFrom: isEmpty ? log.number : undefined })
    } catch (error) {
      this.#discard(log, error)
      throw error
    }
    this.#epoch = log.header.epoch
    this.#firstNumber = log.number
    this.#lastTimeMs = log.header.baseTimeMs
    this.#use(log)
    this.#chain = new LogChain(log)
    if (isEmpty) this.removeBefore(log.number)
    return log.number
  }

  /** Has the log that `advance` goes on in made in the background. */
  makeNext(): void {
    this.#next.begin()
  }

  /** Goes on in a new log, which links to the current one. Returns its number. */
  *advance(): Job<number> {
    const chain = this.#chain!
    const next = yield* this.#next.take()
    try {
      // The chain holds two logs: what comes before the current one has to be whole on disk first.
      yield { kind: 'wait', on: chain.predecessor }
      // Last of all: a promise may fail until now. What it left behind the length in the link would make the next opening drop what follows.
      if (chain.current.hasFailed) yield* chain.current.cutBack()
      const { number, length } = chain.current
      next.appendPayload(RecordType.Link, encodeLink({ number, length, lastSequence: this.#lastSequence }))
    } catch (error) {
      this.#discard(next, error)
      throw error
    }
    chain.advance(next)
    this.#use(next)
    return next.number
  }

  /** Appends one commit group with one write. */
  append(frame: Uint8Array, start: number, end: number, firstSequence: number, lastSequence: number): void {
    const { current } = this.#chain!
    const timeMs = Math.max(this.#lastTimeMs, current.header.baseTimeMs, this.#context.nowMs())
    const payloadStart = writeGroupHeader(frame, start, current.header, firstSequence, timeMs)
    current.append(RecordType.Operations, frame, payloadStart, end)
    this.#lastSequence = lastSequence
    this.#lastTimeMs = timeMs
  }

  /** After a failed append: the log is cut back to its last good record, and the next group goes to a new one. Throws POISONED. */
  repair(): Job<void> {
    return this.#chain!.current.cutBack()
  }

  /** States that what was synced is durable, once nothing else is being written. Where it cannot be written, the next group gets a new log. */
  appendPromise(): void {
    try {
      this.#chain!.current.appendPromise()
    } catch (error) {
      this.#context.logger.warn(`a promise could not be written: ${(error as Error).message}`)
    }
  }

  /** Seals the last log and tells the manifest: the next opening requires exactly this. */
  *seal(): Job<void> {
    if (!this.isReady) yield* this.advance()
    const log = this.#chain!.current
    yield { kind: 'wait', on: this.#chain! }
    log.appendPayload(RecordType.Seal, encodeSeal(this.#lastSequence))
    // The manifest may call the log sealed only when the seal is on disk.
    yield { kind: 'wait', on: log }
    const clean = { number: log.number, length: log.length, lastSequence: this.#lastSequence }
    yield* this.#manifest.commit({ clean })
  }

  /** Removes logs that the durable manifest does not need any more. */
  removeBefore(number: number): void {
    while (this.#numbers.length > 0 && this.#numbers[0]! < number) this.#unlink(this.#numbers.shift()!)
  }

  /** Removes a log that was made ahead, and closes the others. */
  async close(): Promise<void> {
    const unused = await this.#next.end()
    if (unused !== undefined) this.#discard(unused, this.#context.health.poisoned)
    this.#chain?.close()
  }

  *#createNext(): Job<LogWriter> {
    try {
      return yield* this.#create(this.#epoch)
    } catch (error) {
      // At once: where it is made ahead, nobody waits for it.
      if (isPoison(error)) this.#context.health.poison(error)
      throw error
    }
  }

  *#create(epoch: number): Job<LogWriter> {
    const { fileSystem, directory, databaseId } = this.#context
    const number = yield* this.#manifest.takeNumbers(1)
    this.#unused.add(number)
    const header: LogHeader = {
      databaseId,
      nonce: this.#context.newNonce(),
      number,
      epoch,
      baseSequence: this.#lastSequence,
      baseTimeMs: Math.max(this.#lastTimeMs, this.#context.nowMs()),
    }
    try {
      return yield* LogWriter.create(fileSystem, directory, walName(number), header, 'wal')
    } catch (error) {
      if (!isPoison(error)) this.#unlink(number)
      throw error
    }
  }

  #use({ number }: LogWriter): void {
    this.#unused.delete(number)
    this.#numbers.push(number)
  }

  #discard(log: LogWriter, error: unknown): void {
    log.close()
    if (!isPoison(error)) this.#unlink(log.number)
  }

  #unlink(number: number): void {
    const { directory, removal } = this.#context
    this.#unused.delete(number)
    removal.remove(`${directory}/${walName(number)}`)
  }
}

/** After a failed sync nothing is unlinked. */
function isPoison(error: unknown): boolean {
  return error instanceof VarveError && error.code === 'POISONED'
}
