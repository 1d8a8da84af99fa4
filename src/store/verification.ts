import { VarveError } from '../errors.ts'
import type { Job } from '../fs/job.ts'
import type { VerifyReport } from '../kv-store/kv-store.ts'

/** So many problems of one file are listed, the others counted: a file may have millions. */
const LISTED = 100

/** What a verification has found so far. */
export class Verification {
  readonly report: VerifyReport = { files: 0, bytes: 0, entries: 0, orphans: [], problems: [] }
  /** Problems by file. */
  readonly #counts = new Map<string, number>()

  /** Notes a problem of a file. Throws other errors than damage, such as IO: they end the verification. */
  note(error: unknown, file: string): void {
    if (!(error instanceof VarveError)) throw error
    if (error.code !== 'CORRUPTION' && error.code !== 'NOT_FOUND' && error.code !== 'UNSUPPORTED_FORMAT') throw error
    const place = error.file ?? file
    const count = (this.#counts.get(place) ?? 0) + 1
    this.#counts.set(place, count)
    if (count <= LISTED) this.report.problems.push({ file: place, offset: error.offset, what: error.message })
  }

  /** Runs one check and notes the problem that ends it. */
  *checked(file: string, check: Job<void>): Job<void> {
    try {
      yield* check
    } catch (error) {
      this.note(error, file)
    }
  }

  /** The report when all is well; else throws CORRUPTION, the report on the error. */
  finish(): VerifyReport {
    const { report } = this
    const [first] = report.problems
    if (first === undefined) return report
    let count = report.problems.length
    for (const [file, found] of this.#counts) {
      if (found <= LISTED) continue
      count += found - LISTED
      report.problems.push({ file, what: `and ${found - LISTED} more of such problems` })
    }
    const { file, offset, what } = first
    const found = count === 1 ? 'a problem was' : `${count} problems were`
    throw new VarveError('CORRUPTION', `${found} found: ${what}`, { file, offset, report })
  }
}
