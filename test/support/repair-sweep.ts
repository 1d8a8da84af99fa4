import { VarveError } from '../../src/errors.ts'
import { repair } from '../../src/inspect/repair.ts'
import type { RepairReport } from '../../src/inspect/repair-report.ts'
import type { Logger } from '../../src/kv-store/store-options.ts'
import { VarveLevel } from '../../src/level/varve-level.ts'
import { benignChoices } from '../../src/testing/choices.ts'
import type { FaultPlan, FileCall } from '../../src/testing/fault-plan.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { type CallSite, currentSite } from './call-sites.ts'
import { emptyTally, type SweepTally } from './fault-sweep.ts'
import { putFile, STORE } from './recovery-disk.ts'
import { type RepairWorkload, repairSource } from './repair-damages.ts'
import { contentIn, type Expected, judgeInPlace, judgeOffline, type Outcome, storeText } from './repair-judge.ts'
import { TARGET } from './repair-place.ts'
import { named } from './sweep-judge.ts'
import { again, type NotedCall, type Target, targetsOf } from './sweep-targets.ts'

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} }
/** So many calls after the fault the machine fails as well. */
const CALLS_UNTIL_CRASH = 2

/** One damaged store, all calls of its repair, and every way to fail them. */
export class RepairSweep {
  readonly tally: SweepTally = emptyTally()
  /** The sites of which a call was failed. */
  readonly failed: Set<CallSite> = new Set()
  readonly #workload: RepairWorkload
  #start: SimulatedFileSystem | undefined
  #expected: Expected | undefined

  constructor(workload: RepairWorkload) {
    this.#workload = workload
  }

  /** All calls when nothing fails; what is built then is what a repair can find. */
  async calls(): Promise<NotedCall[]> {
    const { files, history } = await repairSource()
    this.#workload.damage(files)
    const empty = new SimulatedFileSystem()
    empty.makeDirectory(STORE)
    for (const [name, bytes] of files) putFile(empty, name, bytes)
    if (this.#workload.hasTarget) empty.makeDirectory(TARGET)
    this.#start = empty.crash(benignChoices, 'all-persisted')
    this.#expected = await this.#expect(this.#start, history)
    const disk = this.#start.fork()
    const own = this.#ownFaults()
    const calls: NotedCall[] = []
    disk.faults = (call) => {
      calls.push({ ...call, index: calls.length, site: currentSite() })
      return own(call)
    }
    await this.#repair(disk).catch(varveError)
    return calls
  }

  /** What is built when nothing fails at all. */
  async #expect(start: SimulatedFileSystem, history: Expected['history']): Promise<Expected> {
    const disk = start.fork()
    const report = await this.#repair(disk)
    const content = await contentIn(disk, this.#workload.isInPlace ? STORE : TARGET)
    const { hasTarget = false } = this.#workload
    return { source: storeText(start, STORE)!, content, complete: report?.complete, history, hasTarget }
  }

  /** The fault that belongs to the workload, if there is one. */
  #ownFaults(): FaultPlan {
    const { fails } = this.#workload
    let isOver = fails === undefined
    return (call) => {
      if (isOver || !fails!(call)) return undefined
      isOver = true
      return { error: 'EIO' }
    }
  }

  targets(calls: readonly NotedCall[], perSite: number): Target[] {
    return targetsOf(calls, perSite)
  }

  /** Throws an Error that names the workload and the fault where a promise is broken. */
  async run(target: Target, calls: readonly NotedCall[]): Promise<void> {
    try {
      await this.#runTarget(target)
    } catch (error) {
      throw again(this.#workload.name, target, calls[target.index]!, 'repair', error)
    }
    this.failed.add(calls[target.index]!.site)
    this.tally.runs++
  }

  async #runTarget({ kind, index, forGood }: Target): Promise<void> {
    const disk = this.#start!.fork()
    const failed: FileCall[] = []
    const images: { readonly when: string; readonly disk: SimulatedFileSystem }[] = []
    const crash = (when: string): void => {
      images.push({ when: `${when}, kill`, disk: disk.killed() })
      if (kind.fate !== 'late') images.push({ when: `${when}, power cut`, disk: cut(disk) })
    }
    let calls = 0
    const own = this.#ownFaults()
    disk.faults = (call) => {
      const other = own(call)
      const number = calls++
      if (number > index && number <= index + CALLS_UNTIL_CRASH) crash(`${number - index} calls after`)
      const fault = number === index || (forGood && number > index) ? kind.faultOf(call) : undefined
      if (fault !== undefined) failed.push(call)
      return fault ?? other
    }
    const outcome: Outcome = { failed, report: undefined, error: undefined }
    try {
      outcome.report = await this.#repair(disk)
    } catch (error) {
      outcome.error = varveError(error)
      const isOwn = this.#workload.fails !== undefined && outcome.error.code === 'POISONED'
      if (!isOwn && !kind.codes.includes(outcome.error.code)) throw error
      this.tally.noticed++
    }
    disk.faults = undefined
    if (failed.length === 0) throw new Error('no call was failed: the repair took another way')
    if (disk.openFiles > 0) throw new Error(`${disk.openFiles} files stay open`)
    await this.#judge(disk, outcome, images, kind.fate === 'late')
  }

  async #judge(
    disk: SimulatedFileSystem,
    outcome: Outcome,
    images: readonly { readonly when: string; readonly disk: SimulatedFileSystem }[],
    isLate: boolean,
  ): Promise<void> {
    const judge = this.#workload.isInPlace ? judgeInPlace : judgeOffline
    // An error that no sync has told yet may cost what it was about when the power fails.
    const ended = isLate ? [disk] : [disk, cut(disk)]
    this.tally.images += ended.length + images.length
    this.tally.distinct += ended.length + images.length
    for (const image of images) await named(image.when, () => judge(image.disk, undefined, this.#expected!))
    for (const [i, image] of ended.entries()) {
      // What was removed, and what was renamed, is back where no sync has followed.
      const known = i === 0 || outcome.error === undefined ? outcome : undefined
      await named(i === 0 ? 'at the end' : 'power cut at the end', () => judge(image, known, this.#expected!))
    }
  }

  /** Undefined where it is done in place, which tells nothing. */
  async #repair(fileSystem: SimulatedFileSystem): Promise<RepairReport | undefined> {
    if (!this.#workload.isInPlace) return await repair(STORE, TARGET, { fileSystem, memtableBytes: 4096 })
    await VarveLevel.repair(STORE, { fileSystem, logger: SILENT })
    return undefined
  }
}

function cut(disk: SimulatedFileSystem): SimulatedFileSystem {
  return disk.crash(benignChoices, 'synced-only')
}

/** What a caller may get to see: a VarveError, or one of Level's that tells of it. */
function varveError(error: unknown): VarveError {
  const found = error instanceof VarveError ? error : (error as Error).cause
  if (found instanceof VarveError) return found
  throw error
}
