import { VarveError } from '../errors.ts'
import { systemCode } from '../fs/system-error.ts'
import type { Logger } from '../kv-store/store-options.ts'
import type { RepairSource, UnreadableRange } from './repair-report.ts'

/** A damaged file may have millions of bad places: so many are listed. */
const RANGES_LISTED = 10_000

/** What repair has found so far. */
export class Findings {
  readonly sources: RepairSource[] = []
  readonly unreadable: UnreadableRange[] = []
  unreadableBytes = 0
  /** Whether entries may be missing. */
  hasLost = false
  entriesRead = 0
  firstSequence = 0
  lastSequence = 0
  readonly #logger: Logger | undefined

  constructor(logger: Logger | undefined) {
    this.#logger = logger
  }

  source(source: RepairSource): void {
    this.sources.push(source)
    const why = source.why === undefined ? '' : ` (${source.why})`
    this.#say('info', `${source.file}: used ${source.used === 'none' ? 'not at all' : `in ${source.used}`}${why}`)
  }

  /** Notes bytes that could not be read. `mayHoldEntries` false: what they held is known, or made anew. */
  unreadableAt(file: string, offset: number, length: number, why: string, mayHoldEntries = true): void {
    if (mayHoldEntries) this.hasLost = true
    this.unreadableBytes += length
    const last = this.unreadable.at(-1)
    if (
      last?.file === file &&
      last.offset + last.length === offset &&
      last.why === why &&
      last.mayHoldEntries === mayHoldEntries
    ) {
      this.unreadable[this.unreadable.length - 1] = { ...last, length: last.length + length }
      return
    }
    if (this.unreadable.length < RANGES_LISTED) this.unreadable.push({ file, offset, length, why, mayHoldEntries })
    this.#say('warn', `${file}: ${length} bytes at ${offset} could not be read: ${why}`)
  }

  entry(sequence: number): void {
    this.entriesRead++
    if (this.firstSequence === 0 || sequence < this.firstSequence) this.firstSequence = sequence
    if (sequence > this.lastSequence) this.lastSequence = sequence
  }

  #say(level: 'info' | 'warn', message: string): void {
    try {
      this.#logger?.[level](message)
    } catch {
      // What a logger throws is its own affair.
    }
  }
}

/**
 * What is wrong with bytes that cannot be read; throws any error that says nothing about bytes, such as too many open
 * files.
 */
export function damageOf(error: unknown): string {
  if (error instanceof VarveError) {
    // The place is told beside it.
    if (error.code === 'CORRUPTION' || error.code === 'UNSUPPORTED_FORMAT') {
      return error.file === undefined ? error.message : error.message.split(` in ${error.file}`)[0]!
    }
    if (error.code === 'IO' && systemCode(error.cause) === 'EIO') return 'the disk cannot read it'
  }
  throw error
}
