import { checksum } from '../bytes/checksum.ts'
import type { WriteCategory } from '../fs/file-system.ts'
import { simulatedError } from '../fs/system-error.ts'
import type { Runtime } from '../runtime.ts'
import type { Fault, FaultPlan, FileCall, FileOperation } from './fault-plan.ts'
import { RollingHash } from './rolling-hash.ts'

/** Takes steps one by one, in an order of its own. */
export interface StepScheduler {
  schedule(step: () => void): void
}

/** What a simulated file system needs of a runtime. One that schedules, such as SimulatedRuntime, orders the asynchronous calls. */
export type CallRuntime = Pick<Runtime, 'now'> & Partial<StepScheduler>

/** One call, or the closing of a file. */
export interface TraceEntry {
  readonly operation: FileOperation | 'close'
  readonly path: string
  /** The new path of a rename. */
  readonly to: string | undefined
  readonly category: WriteCategory | undefined
  /** Of a read, append or write; the new size of a truncation; 0 otherwise. */
  readonly offset: number
  /** What was asked for, not what was moved. */
  readonly bytes: number
  /** Counts the lives of the disk from 0: a kill or a power cut ends one. */
  readonly life: number
  /** When it was called and when it took effect, in one count; -1 for a call that has not yet. */
  readonly begun: number
  readonly ended: number
  /** 'pending', 'ok', or the code of the error. */
  readonly result: string
}

export type CallDetails = Pick<TraceEntry, 'operation' | 'path'> &
  Partial<Pick<TraceEntry, 'to' | 'category' | 'offset' | 'bytes'>>

type Effect<Result> = (fault: Fault | undefined) => Result

/** A call on its way. */
interface Begun {
  readonly details: CallDetails
  readonly index: number
  readonly fault: Fault | undefined
  /** Its place in the list of the trace, if there is one. */
  readonly entry: number
}

/** Where every call of a simulated file system passes: it meets its fault there, its turn, and the trace. */
export class FileCalls {
  plan: FaultPlan | undefined
  beforeEffect: ((call: FileCall) => void) | undefined
  runtime: CallRuntime
  readonly life: number
  readonly entries: TraceEntry[] | undefined
  readonly hash: RollingHash
  #index = 0
  #steps: number
  #violation: Error | undefined

  constructor(runtime: CallRuntime, traced: boolean, before?: FileCalls, life = 0) {
    this.runtime = runtime
    this.life = life
    this.#steps = before === undefined ? 0 : before.#steps
    this.hash = before === undefined ? new RollingHash() : before.hash.copy()
    if (traced) this.entries = [...(before?.entries ?? [])]
  }

  get count(): number {
    return this.#index
  }

  /** A call that takes effect in place. `payload` is what it writes. */
  now<Result>(details: CallDetails, effect: Effect<Result>, payload?: Uint8Array): Result {
    const call = this.#begin(details)
    this.hash.addNumber(sumOf(payload))
    return this.#perform(call, effect)
  }

  /** A call that takes effect at a later step. `payload`, what it writes, must be the same then. */
  later<Result>(details: CallDetails, effect: Effect<Result>, payload?: Uint8Array): Promise<Result> {
    const call = this.#begin(details)
    const sum = sumOf(payload)
    const step = (): Result => {
      if (sumOf(payload) !== sum) this.#violate(details)
      this.hash.addNumber(sum)
      return this.#perform(call, effect)
    }
    const { runtime } = this
    if (runtime.schedule === undefined) return Promise.resolve().then(step)
    return new Promise((resolve, reject) => {
      runtime.schedule!(() => {
        try {
          resolve(step())
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  /** The closing of a file, which is no call: it cannot fail. */
  noteClose(path: string, category: WriteCategory | undefined): void {
    const details: CallDetails = { operation: 'close', path, category }
    this.#end({ details, index: -1, fault: undefined, entry: this.#enter(details) }, 'ok')
  }

  #begin(details: CallDetails): Begun {
    if (this.#violation !== undefined) throw this.#violation
    const index = this.#index++
    const fault = this.plan?.(fileCall(details, index))
    return { details, index, fault, entry: this.#enter(details) }
  }

  #enter(details: CallDetails): number {
    const begun = this.#steps++
    if (this.entries === undefined) return -1
    const { operation, path, to, category, offset = 0, bytes = 0 } = details
    const { life } = this
    const entry = { operation, path, to, category, offset, bytes, life, begun, ended: -1, result: 'pending' }
    return this.entries.push(entry) - 1
  }

  #perform<Result>(call: Begun, effect: Effect<Result>): Result {
    this.beforeEffect?.(fileCall(call.details, call.index))
    let outcome = 'ok'
    try {
      return effect(call.fault)
    } catch (error) {
      outcome = (error as { code?: string }).code ?? 'Error'
      throw error
    } finally {
      this.#end(call, outcome)
    }
  }

  #end({ details, entry }: Begun, result: string): void {
    const ended = this.#steps++
    if (this.entries !== undefined) this.entries[entry] = { ...this.entries[entry]!, ended, result }
    this.hash.addText(details.operation)
    this.hash.addText(details.path)
    if (details.to !== undefined) this.hash.addText(details.to)
    this.hash.addNumber(details.offset ?? 0)
    this.hash.addNumber(details.bytes ?? 0)
    if (result !== 'ok') this.hash.addText(result)
  }

  /** Every later call fails too, so that nobody takes it for an error of the disk. */
  #violate({ operation, path }: CallDetails): void {
    const message = `the bytes of an asynchronous ${operation} to ${path} changed while it was under way: copy them before`
    this.#violation = new Error(message)
    throw this.#violation
  }
}

function fileCall({ operation, path, category, bytes = 0 }: CallDetails, index: number): FileCall {
  return { operation: operation as FileOperation, path, category, index, bytes }
}

function sumOf(payload: Uint8Array | undefined): number {
  return payload === undefined ? 0 : checksum(payload, 0, payload.length, 0)
}

/** Takes the effect of a call that has no halves, or fails it. */
export function withFault<Result>(fault: Fault | undefined, verb: string, path: string, effect: () => Result): Result {
  if (fault === undefined || 'shortBytes' in fault) return effect()
  if (fault.afterEffect) effect()
  throw simulatedError(verb, path, fault.error)
}
