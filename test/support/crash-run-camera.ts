import type { Choices } from '../../src/testing/choices.ts'
import { diskProfiles } from '../../src/testing/disk-profile.ts'
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

/** Draws faults for the calls of one life, and remembers what they were. */
export class FaultDraw {
  readonly #choices: Choices
  readonly #disk: SimulatedFileSystem
  readonly #label: string
  /** Files whose first sync was honest: behind a header that was never written there is nothing to recover. */
  readonly #synced = new Set<string>()
  count = 0
  /** A sync was failed after which nothing may be acknowledged. */
  isFatal = false

  constructor(choices: Choices, disk: SimulatedFileSystem, label: string) {
    this.#choices = choices
    this.#disk = disk
    this.#label = label
  }

  /** Undefined where the call succeeds. */
  draw(call: FileCall): { readonly fault: Fault; readonly isLie: boolean } | undefined {
    const { operation, path } = call
    const mayLie = operation === 'sync' && path.endsWith('.wal') && this.#synced.has(path)
    if (operation === 'sync') this.#synced.add(path)
    if (operation === 'lock' || operation === 'lockHolder' || operation === 'makeDirectory') return undefined
    if (this.#choices.pick(2, isMutating(call) ? `${this.#label} of a change` : this.#label) === 0) return undefined
    const fault = this.#kind(call, mayLie)
    const isLie = 'pages' in fault && fault.pages === 'late'
    this.count++
    if (!isLie && isFatalSync(call)) this.isFatal = true
    return { fault, isLie }
  }

  #kind({ operation, bytes, path }: FileCall, mayLie: boolean): Fault {
    const pick = (count: number): number => this.#choices.pick(count, 'kind of fault')
    switch (operation) {
      case 'append':
      case 'write': {
        const error = (['EIO', 'ENOSPC'] as const)[pick(2)]!
        const way = pick(3)
        if (way === 0) return { error }
        return way === 1 ? { error, afterBytes: pick(bytes + 1) } : { error, afterEffect: true }
      }
      case 'sync': {
        const fates = diskProfiles[this.#disk.profile].failedSync.filter((fate) => fate !== 'late' || mayLie)
        return { error: 'EIO', pages: fates[pick(fates.length)]! }
      }
      case 'syncDirectory': {
        // A directory that its parent has lost for good could only be made again: that is left to whoever reads the error.
        if (path !== STORE) return { error: 'EIO', pages: 'kept' }
        const fates = diskProfiles[this.#disk.profile].failedSync.filter((fate) => fate !== 'late')
        return { error: 'EIO', pages: fates[pick(fates.length)]! }
      }
      case 'open':
        return { error: (['EMFILE', 'EIO'] as const)[pick(2)]! }
      default:
        return { error: 'EIO' }
    }
  }
}

/** What was to be written may be there or not: only another opening can tell. A table is written once more. */
function isFatalSync({ operation, path }: FileCall): boolean {
  return operation === 'syncDirectory' || (operation === 'sync' && !path.endsWith('.sst'))
}
