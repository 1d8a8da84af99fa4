import { VarveError } from '../errors.ts'
import type { LatencySampler } from '../observe/latency-sampler.ts'
import type { Runtime } from '../runtime.ts'
import { BatchReader, type Parts } from './batch-reader.ts'
import type { Encoding } from './kv-store.ts'
import type { ScanCursor } from './scan-cursor.ts'

/** A batch that an iteration reads ahead. It begins small, because many loops leave early. */
const FIRST_ENTRIES = 8
const MOST_ENTRIES = 256
const MOST_BYTES = 64 * 1024

/** What an engine says of a scan that it makes. */
export interface ScanSettings {
  readonly keyEncoding: Encoding
  readonly valueEncoding: Encoding
  /** Infinity: all. */
  readonly limit: number
  readonly signal: AbortSignal | undefined
  readonly runtime: Runtime
  /** Measures the batches that are read. Default: nothing does. */
  readonly latency?: LatencySampler | undefined
  /** Called once, after the cursor is closed. */
  readonly onClose: () => void
}

/**
 * The state that the forms of reading one scan share: what is read ahead, how many may still be returned, and whether
 * it is over.
 */
export class ScanSource {
  /** Items that are read but not yet returned lie from `position` on. */
  items: unknown[] = []
  position = 0
  readonly #cursor: ScanCursor
  readonly #reader: BatchReader
  readonly #settings: ScanSettings
  #left: number
  #batchEntries = FIRST_ENTRIES
  #parts: Parts | undefined
  #refilling: Promise<void> | undefined
  /** Settles when the asynchronous batches asked for so far are read, so that they are answered in the order asked. */
  #tail: Promise<unknown> = Promise.resolve()
  /** What was read since the event loop last had a turn. */
  #unturnedEntries = 0
  #unturnedBytes = 0
  #open = true
  #failure: unknown
  readonly #abort = (): void => this.fail(new VarveError('ABORTED', 'the signal ended this scan'))

  constructor(cursor: ScanCursor, settings: ScanSettings) {
    this.#cursor = cursor
    this.#settings = settings
    this.#reader = new BatchReader(cursor, settings.keyEncoding, settings.valueEncoding)
    this.#left = settings.limit
    settings.signal?.addEventListener('abort', this.#abort)
  }

  /** Why nothing can be read any more; undefined while it can. */
  get closedBy(): unknown {
    // A signal that was aborted before the scan began tells its listeners nothing.
    if (this.#open && this.#settings.signal?.aborted) this.#abort()
    if (this.#open) return undefined
    return this.#failure ?? new VarveError('CLOSED', 'this scan is closed: it is read once, so start another one')
  }

  /** Whether the cursor, or the limit, allows no further item beyond those read ahead. */
  get ended(): boolean {
    return this.#reader.ended || this.#left === 0
  }

  /** Whether so much was read in one go that the event loop should turn before more is. */
  get owesTurn(): boolean {
    return this.#unturnedEntries >= MOST_ENTRIES || this.#unturnedBytes >= MOST_BYTES
  }

  /** Fixes what is returned of each entry: the form of reading that comes first decides. */
  claim(parts: Parts): void {
    this.#parts ??= parts
    if (this.#parts === parts) return
    const message = `this scan is being read as ${this.#parts}: start another one for its ${parts}`
    throw new VarveError('INVALID_ARGUMENT', message)
  }

  /** Appends up to `maxEntries` further items to `target`, in place of those read ahead. */
  readInto(target: unknown[], maxEntries: number, maxBytes: number): void {
    this.#requireOpen()
    const before = target.length
    const most = Math.min(maxEntries, this.#left)
    if (most === 0) return
    const batch = this.#settings.latency?.start()
    try {
      this.#unturnedBytes += this.#reader.read(this.#parts ?? 'entries', most, maxBytes, target)
    } catch (error) {
      this.fail(error)
      throw error
    }
    batch?.stop()
    this.#left -= target.length - before
    this.#unturnedEntries += target.length - before
  }

  /** Reads the next items ahead. REQUIRES that all earlier ones are returned. */
  refillSync(): void {
    this.items = []
    this.position = 0
    this.readInto(this.items, this.#batchEntries, MOST_BYTES)
    this.#batchEntries = Math.min(MOST_ENTRIES, this.#batchEntries * 2)
  }

  /**
   * The same after the event loop has had a turn. Whoever comes meanwhile waits for the same batch, in the order of
   * coming.
   */
  refill(): Promise<void> {
    this.#refilling ??= this.#turn().then(() => {
      this.#refilling = undefined
      if (this.#open && this.position === this.items.length) this.refillSync()
    })
    return this.#refilling
  }

  /** Up to `maxEntries` further items, in slices between which the event loop turns, in the order asked. */
  collect(maxEntries: number): Promise<unknown[]> {
    const batch = this.#tail.then(() => this.#collect(maxEntries))
    this.#tail = batch.catch(() => undefined)
    return batch
  }

  /** The same at once. */
  collectSync(maxEntries: number): unknown[] {
    const target: unknown[] = []
    this.#takeAhead(target, maxEntries)
    if (target.length < maxEntries) this.readInto(target, maxEntries - target.length, Number.POSITIVE_INFINITY)
    return target
  }

  seek(key: Uint8Array): void {
    this.#requireOpen()
    this.#left += this.items.length - this.position
    this.items = []
    this.position = 0
    this.#reader.ended = false
    this.#batchEntries = FIRST_ENTRIES
    this.#cursor.seek(key)
  }

  async #collect(maxEntries: number): Promise<unknown[]> {
    const target: unknown[] = []
    this.#takeAhead(target, maxEntries)
    while (target.length < maxEntries && !this.ended) {
      if (this.owesTurn) await this.#turn()
      this.readInto(target, Math.min(MOST_ENTRIES, maxEntries - target.length), MOST_BYTES)
    }
    return target
  }

  /** Moves up to `maxEntries` of the items read ahead to `target`. */
  #takeAhead(target: unknown[], maxEntries: number): void {
    this.#requireOpen()
    const end = Math.min(this.items.length, this.position + maxEntries)
    while (this.position < end) target.push(this.items[this.position++])
  }

  async #turn(): Promise<void> {
    await this.#settings.runtime.yield()
    this.#unturnedEntries = 0
    this.#unturnedBytes = 0
  }

  #requireOpen(): void {
    const reason = this.closedBy
    if (reason !== undefined) throw reason
  }

  /** Closes for a reason, which every later use is told. */
  fail(reason: unknown): void {
    if (!this.#open) return
    this.#failure = reason
    this.close()
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.items = []
    this.position = 0
    this.#settings.signal?.removeEventListener('abort', this.#abort)
    this.#cursor.close()
    this.#settings.onClose()
  }
}
