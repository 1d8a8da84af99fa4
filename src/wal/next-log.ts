import type { Job } from '../fs/job.ts'
import { type JobDriver, JobRun } from '../fs/job-run.ts'
import type { LogWriter } from './log-writer.ts'

/**
 * The log that writing goes on in next. To make one syncs twice, and a sync may stand behind all that flushes and merges have written: made ahead,
 * while the current log is still written, nobody who writes waits for that.
 */
export class NextLog {
  readonly #create: () => Job<LogWriter>
  readonly #driver: JobDriver
  /** It is being made, or was. */
  #run: JobRun<LogWriter> | undefined
  /** Once for each log. */
  #wasBegun = false

  constructor(create: () => Job<LogWriter>, driver: JobDriver) {
    this.#create = create
    this.#driver = driver
  }

  /** Begins to make it, in the background. May be called as often as one likes. */
  begin(): void {
    if (this.#wasBegun) return
    this.#wasBegun = true
    const run = new JobRun(this.#create(), this.#driver)
    this.#run = run
    this.#driver.runtime.spawn('next log', async () => void (await outcome(run)))
  }

  /** Gives it away; makes it where that was not begun, or failed: then somebody waits for it, and is told. */
  *take(): Job<LogWriter> {
    const run = this.#run
    let log: LogWriter | undefined
    try {
      if (run !== undefined) yield { kind: 'wait', on: run }
      log = run?.result
    } catch {}
    log ??= yield* this.#create()
    this.#run = undefined
    this.#wasBegun = false
    return log
  }

  /** Gives away one that nobody took, once it is made. None is begun any more. */
  async end(): Promise<LogWriter | undefined> {
    this.#wasBegun = true
    const run = this.#run
    this.#run = undefined
    return run === undefined ? undefined : await outcome(run)
  }
}

/** Undefined where it failed. */
async function outcome(run: JobRun<LogWriter>): Promise<LogWriter | undefined> {
  try {
    return await run.finish()
  } catch {
    return undefined
  }
}
