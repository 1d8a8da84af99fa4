import type { OpenOptions } from '../../src/database/options.ts'
import { VarveError } from '../../src/errors.ts'
import { benignChoices } from '../../src/testing/choices.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { type CallSite, currentSite } from './call-sites.ts'
import { hearOf, named, recoverTwice } from './sweep-judge.ts'
import { type Content, LifeLedger } from './sweep-ledger.ts'
import { SWEEP_OPTIONS, SweepSession } from './sweep-session.ts'
import { again, type NotedCall, type Target, targetsOf } from './sweep-targets.ts'
import type { SweepWorkload } from './sweep-workload.ts'

/** No workload takes more steps; a bound on steps, not on time, says that a call never ends. */
const STEPS_MAX = 20_000

/** So many calls after the fault the machine fails as well. */
const CALLS_UNTIL_CRASH = 5

export interface SweepTally {
  runs: number
  /** Of `runs`: where the opening, or a later call, failed; in the others the fault went unnoticed or was made good. */
  noticed: number
  images: number
  /** Images that were opened; the others had been seen with the same promises. */
  distinct: number
  /** After a sync that failed in silence: images that were refused. */
  refusedAfterLate: number
}

export function emptyTally(): SweepTally {
  return { runs: 0, noticed: 0, images: 0, distinct: 0, refusedAfterLate: 0 }
}

/** One workload, all of its calls, and every way to fail them. */
export class FaultSweep {
  readonly tally: SweepTally = emptyTally()
  /** The sites of which a call was failed. */
  readonly failed: Set<CallSite> = new Set()
  readonly #workload: SweepWorkload
  #start: SweepSession | undefined
  readonly #seen = new Set<string>()

  constructor(workload: SweepWorkload) {
    this.#workload = workload
  }

  /** All calls of the workload when nothing fails, with where they come from. */
  async calls(): Promise<NotedCall[]> {
    const session = await this.#begin()
    const calls: NotedCall[] = []
    session.codes = new Set(['NO_SPACE', 'IO', 'POISONED', ...(this.#workload.codes ?? [])])
    session.disk.faults = (call) => {
      calls.push({ ...call, index: calls.length, site: currentSite() })
      return session.ownFault(call)
    }
    await this.#drive(session, () => this.#workload.run(session))
    await this.#drive(session, () => session.close())
    return calls
  }

  targets(calls: readonly NotedCall[], perSite: number): Target[] {
    return targetsOf(calls, perSite)
  }

  /** Throws an Error that names the workload and the fault where a promise is broken. */
  async run(target: Target, calls: readonly NotedCall[]): Promise<void> {
    const { index } = target
    const session = await this.#begin()
    try {
      await this.#runTarget(session, target)
    } catch (error) {
      throw again(this.#workload.name, target, calls[index]!, session.at, error)
    }
    this.failed.add(calls[index]!.site)
    this.tally.runs++
  }

  async #runTarget(session: SweepSession, { kind, index, forGood }: Target): Promise<void> {
    session.codes = new Set([...kind.codes, ...(this.#workload.codes ?? [])])
    session.mayChangeFiles = kind.fate === 'reverted' || kind.fate === 'late'
    session.mayLoseUnsynced = kind.fate === 'reverted'
    const images: (() => Promise<void>)[] = []
    const crash = (when: string): void => {
      images.push(...this.#images(session, kind.fate).map((judge) => () => named(when, judge)))
    }
    let calls = 0
    session.disk.faults = (call) => {
      const own = session.ownFault(call)
      const number = calls++
      if (number === index + CALLS_UNTIL_CRASH) crash('soon after')
      const isDue = number === index || (forGood && number > index)
      return (isDue ? kind.faultOf(call) : undefined) ?? own
    }
    await this.#drive(session, () => this.#workload.run(session))
    if (session.failures > 0) this.tally.noticed++
    session.disk.faults = undefined
    session.disk.capacityBytes = Number.POSITIVE_INFINITY
    crash('at the end')
    await this.#drive(session, () => this.#expectUsable(session))
    crash('after the faults stopped')
    session.codes = new Set(['POISONED', ...(this.#workload.codes ?? [])])
    await this.#drive(session, () => session.close())
    crash('after the close')
    for (const judge of images) await judge()
  }

  /** Once calls succeed again the store takes writes, or says truly what it takes to make it so. */
  async #expectUsable(session: SweepSession): Promise<void> {
    const { store } = session
    if (store === undefined || this.#workload.readsOnly === true) return
    await session.expectVisible()
    await session.put('y', 20)
    if (session.failure === 'POISONED') return
    // From here on nothing may fail but what a silent failure comes out with.
    session.codes = new Set(['POISONED'])
    if (session.failure !== undefined) await session.resume()
    await session.put('z', 20)
    await session.flush()
    await session.compact()
    await session.expectVisible()
  }

  /** What a kill and a power cut leave now, as functions that judge it: the disk is copied, the promises are noted. */
  #images(session: SweepSession, fate: string | undefined): (() => Promise<void>)[] {
    const { disk, lives, ledger } = session
    this.tally.images += 2
    const { process, power } = ledger.floors
    // What a sync took back is lost for readers, too.
    const afterKill = ledger.after(fate === 'reverted' ? power : process)
    const afterCut = fate === 'late' ? lives.flatMap((life) => life.after(0)) : ledger.after(power)
    if (this.#workload.mayBeRefused) for (const allowed of [afterKill, afterCut]) allowed.push('')
    const killed = disk.killed()
    const cut = disk.crash(benignChoices, 'synced-only')
    return [
      () => named('kill', () => this.#judge(killed, afterKill, fate, true)),
      () => named('power cut', () => this.#judge(cut, afterCut, fate, false)),
    ]
  }

  async #judge(
    disk: SimulatedFileSystem,
    allowed: Content[],
    fate: string | undefined,
    wasKilled: boolean,
  ): Promise<void> {
    const cached = disk.crash(benignChoices, 'all-persisted').imageHash()
    const key = `${disk.imageHash()} ${cached} ${fate === 'late'} ${fate === 'reverted'} ${allowed.join('|')}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.tally.distinct++
    const runtime = new SimulatedRuntime({ seed: 7, earlyTimers: false, maxSteps: STEPS_MAX })
    disk.runtime = runtime
    disk.capacityBytes = Number.POSITIVE_INFINITY
    const mayBeRefused = this.#workload.mayBeRefused === true || (fate === 'late' && !wasKilled)
    try {
      if (fate === 'late') await hearOf(disk, runtime, this.#options(runtime))
      await runtime.run(() => recoverTwice(disk, this.#options(runtime), allowed, fate === 'late'))
    } catch (error) {
      if (!mayBeRefused || !(error instanceof VarveError) || error.code !== 'CORRUPTION') throw error
      this.tally.refusedAfterLate++
    }
  }

  #options(runtime: SimulatedRuntime): OpenOptions<'bytes'> & { readonly runtime: SimulatedRuntime } {
    return { ...(this.#workload.options ?? SWEEP_OPTIONS), runtime }
  }

  async #begin(): Promise<SweepSession> {
    this.#start ??= await this.#prepare()
    const session = this.#start.fork()
    session.options = this.#workload.options ?? SWEEP_OPTIONS
    return session
  }

  async #prepare(): Promise<SweepSession> {
    const runtime = new SimulatedRuntime({ earlyTimers: false, maxSteps: STEPS_MAX })
    const session = new SweepSession(new SimulatedFileSystem({ runtime }), runtime, [new LifeLedger('')])
    session.codes = new Set(['POISONED'])
    for (const { run, ends } of this.#workload.before ?? []) {
      session.disk.faults = session.ownFault
      await this.#drive(session, () => run(session))
      session.crash(ends)
    }
    return session
  }

  #drive(session: SweepSession, work: () => Promise<void>): Promise<void> {
    return session.runtime.run(work)
  }
}
