import type { Choices } from '../../src/testing/choices.ts'
import type { Fault, FaultPlan, FileCall } from '../../src/testing/fault-plan.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import type { Crash, Moment, Recovered } from './crash-run-history.ts'

/** Where the store is on each disk. */
export const STORE = '/store'

/** Where a crash struck. */
export type Place = 'install' | 'recovery' | 'creation' | 'elsewhere'

/** What a crash left, and what had been promised when it came. */
export interface CrashImage {
  readonly disk: SimulatedFileSystem
  readonly crash: Crash
  readonly place: Place
  /** How many recoveries, one inside the other, were cut short to get here. */
  readonly depth: number
  /** Whether anything was un-synced at the crash. */
  readonly wasUnsynced: boolean
  readonly moment: Moment
  /** Of this image alone, from one choice of the history: whether it is taken does not move the choices behind it. */
  readonly choices: Choices
  /** What an opening has found before it was cut short, where that has to be found again; set once that is known. */
  exactly: Recovered | undefined
}

const MUTATING = new Set<FileCall['operation']>([
  'append',
  'write',
  'truncate',
  'sync',
  'rename',
  'unlink',
  'syncDirectory',
  'makeDirectory',
  'removeDirectory',
])

export function isMutating(call: FileCall): boolean {
  return MUTATING.has(call.operation) || (call.operation === 'open' && call.category !== undefined)
}

/** Tells from the calls alone when a flush or merge is being installed: from its table's first byte to the last unlink behind its edit. */
export class InstallWatch {
  #isInside = false
  #isEdited = false

  get isInside(): boolean {
    return this.#isInside
  }

  note({ operation, category, path }: FileCall): void {
    if (category === 'flush' || category === 'compaction') {
      if (operation !== 'append') return
      this.#isInside = true
      this.#isEdited = false
    } else if (!this.#isInside) return
    else if (category === 'manifest') this.#isEdited ||= operation === 'sync'
    else if (this.#isEdited) this.#isInside = operation === 'unlink' || operation === 'status' || operation === 'read'
    else if (operation === 'unlink' && path.endsWith('.sst')) this.#isInside = false
  }
}

/** Asked at each call; the calls of one life of a disk pass it. */
export interface CallWatch {
  before(call: FileCall): void
  fault(call: FileCall): Fault | undefined
}

export function planOf(watch: CallWatch): FaultPlan {
  return (call) => {
    watch.before(call)
    return watch.fault(call)
  }
}
