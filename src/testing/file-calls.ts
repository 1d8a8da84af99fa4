import { checksum } from '../bytes/checksum.ts'
import type { OpenMode, WriteCategory } from '../fs/file-system.ts'
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

/** What a trace has beside calls: the closing of a file, what a test notes, and how a life ended. */
export type TraceMark = 'close' | 'note' | 'killed' | 'power-cut'

/** How much of calls a disk keeps; 'bytes': also what is written. */
export type TraceDetail = boolean | 'bytes'

/** One call, or a mark. */
export interface TraceEntry {
  readonly operation: FileOperation | TraceMark
  /** The label of a note. */
  readonly path: string
  /** The new path of a rename. */
  readonly to: string | undefined
  readonly category: WriteCategory | undefined
  /** Of an opening. */
  readonly mode: OpenMode | undefined
  /** Counts the openings of files from 1, so that it tells the descriptors of one file apart; 0 where none is involved. */
  readonly handle: number
  /** Of a read, append or write; the new size of a truncation; 0 otherwise. */
  readonly offset: number
  /** What was asked for, not what was moved. */
  readonly bytes: number
  /** What an append or write writes, where the trace keeps bytes. */
  readonly data: Uint8Array | undefined
  /** Counts the lives of the disk from 0: a kill or a power cut ends one. */
  readonly life: number
  /** When it was called and when it took effect, in one count; -1 for a call that has not yet. */
  readonly begun: number
  readonly ended: number
  /** 'pending', 'ok', or the code of the error. */
  readonly result: string
}

export type CallDetails = Pick<TraceEntry, 'operation' | 'path'> &
  Partial<Pick<TraceEntry, 'to' | 'category' | 'mode' | 'handle' | 'offset' | 'bytes'>>

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
  readonly detail: TraceDetail
  #index = 0
  #handles = 0
  #steps: number
  #violation: Error | undefined

  constructor(runtime: CallRuntime, detail: TraceDetail, before?: FileCalls, life = 0) {
    this.runtime = runtime
    this.life = life
    this.detail = detail
    this.#handles = before === undefined ? 0 : before.#handles
    this.#steps = before === undefined ? 0 : before.#steps
    this.hash = before === undefined ? new RollingHash() : before.hash.copy()
    if (detail !== false) this.entries = [...(before?.entries ?? [])]
  }

  get count(): number {
    return this.#index
  }

  /** A call that takes effect in place. `payload` is what it writes. */
  now<Result>(details: CallDetails, effect: Effect<Result>, payload?: Uint8Array): Result {
    const call = this.#begin(details, payload)
    this.hash.addNumber(sumOf(payload))
    return this.#perform(call, effect)
  }

  /** A call that takes effect at a later step. `payload`, what it writes, must be the same then. */
  later<Result>(details: CallDetails, effect: Effect<Result>, payload?: Uint8Array): Promise<Result> {
    const call = this.#begin(details, payload)
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
  noteClose(path: string, category: WriteCategory | undefined, handle: number): void {
    const details: CallDetails = { operation: 'close', path, category, handle }
    this.#end({ details, index: -1, fault: undefined, entry: this.#enter(details) }, 'ok')
  }

  /** A mark in the list alone: the hash is of what was done to the disk. */
  mark(operation: TraceMark, path: string): void {
    const entry = this.#enter({ operation, path })
    const ended = this.#steps++
    if (this.entries !== undefined) this.entries[entry] = { ...this.entries[entry]!, ended, result: 'ok' }
  }

  nextHandle(): number {
    return ++this.#handles
  }

  #begin(details: CallDetails, payload: Uint8Array | undefined): Begun {
    if (this.#violation !== undefined) throw this.#violation
    const index = this.#index++
    const fault = this.plan?.(fileCall(details, index))
    return { details, index, fault, entry: this.#enter(details, payload) }
  }

  #enter(details: CallDetails, payload?: Uint8Array): number {
    const begun = this.#steps++
    if (this.entries === undefined) return -1
    const { operation, path, to, category, mode, handle = 0, offset = 0, bytes = 0 } = details
    const data = this.detail === 'bytes' ? payload?.slice() : undefined
    const call = { operation, path, to, category, mode, handle, offset, bytes, data }
    return this.entries.push({ ...call, life: this.life, begun, ended: -1, result: 'pending' }) - 1
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
