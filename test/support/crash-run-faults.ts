import type { Choices } from '../../src/testing/choices.ts'
import { diskProfiles, type PageFate } from '../../src/testing/disk-profile.ts'
import type { Fault, FileCall } from '../../src/testing/fault-plan.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { isMutating, STORE } from './crash-run-camera.ts'

/**
 * Whether a sync lies, which is to succeed and to report its error later. 'later': the engine still has what stood there before. 'base': of what a
 * store stands on (a table, a manifest, names, the header of a log) something may be gone in a power cut, whatever was durable elsewhere before.
 */
export type Lie = 'none' | 'later' | 'base'

export interface DrawnFault {
  readonly fault: Fault
  readonly lie: Lie
}

/** Draws faults for the calls of one life, and remembers what they were. */
export class FaultDraw {
  readonly #choices: Choices
  readonly #disk: SimulatedFileSystem
  readonly #label: string
  readonly #mayLie: boolean
  /** Files of which a sync was asked for, perhaps by two at once. */
  readonly #asked = new Set<string>()
  /** Files that grew behind that, and so are known to have a header: where it was never written there is nothing to recover. */
  readonly #begun = new Set<string>()
  /** Files and directories of which a sync has lied: the next one tells. */
  readonly #lied = new Set<string>()
  count = 0
  /** A sync was failed after which nothing may be acknowledged. */
  isFatal = false

  constructor(choices: Choices, disk: SimulatedFileSystem, label: string, mayLie = false) {
    this.#choices = choices
    this.#disk = disk
    this.#label = label
    this.#mayLie = mayLie
  }

  /** Undefined where the call succeeds. */
  draw(call: FileCall): DrawnFault | undefined {
    const { operation, path } = call
    // Whoever opens the file behind the lie is told nothing of it, and may be the one who syncs next.
    if (operation === 'open') this.#lied.delete(path)
    if (isFatalSync(call) && this.#lied.delete(path)) this.isFatal = true
    const isBase = operation !== 'sync' || !path.endsWith('.wal') || !this.#begun.has(path)
    if (operation === 'sync') this.#asked.add(path)
    if (operation === 'append' && this.#asked.has(path)) this.#begun.add(path)
    if (operation === 'lock' || operation === 'lockHolder' || operation === 'makeDirectory') return undefined
    if (this.#choices.pick(2, isMutating(call) ? `${this.#label} of a change` : this.#label) === 0) return undefined
    const fault = this.#kind(call, isBase)
    const isLie = 'pages' in fault && fault.pages === 'late'
    this.count++
    if (isLie) this.#lied.add(path)
    else if (isFatalSync(call)) this.isFatal = true
    return { fault, lie: !isLie ? 'none' : isBase ? 'base' : 'later' }
  }

  #kind({ operation, bytes, path }: FileCall, isBase: boolean): Fault {
    const pick = (count: number): number => this.#choices.pick(count, 'kind of fault')
    switch (operation) {
      case 'read':
        return pick(2) === 0 ? { error: 'EIO' } : { shortBytes: pick(Math.max(1, bytes)) }
      case 'append':
      case 'write': {
        const error = (['EIO', 'ENOSPC'] as const)[pick(2)]!
        const way = pick(3)
        if (way === 0) return { error }
        return way === 1 ? { error, afterBytes: pick(bytes + 1) } : { error, afterEffect: true }
      }
      case 'sync':
        return { error: 'EIO', pages: this.#fate(isBase) }
      case 'syncDirectory':
        // A directory that its parent has lost for good could only be made again: that is left to whoever reads the error.
        return { error: 'EIO', pages: path === STORE ? this.#fate(true) : 'kept' }
      case 'open':
        return { error: (['EMFILE', 'EIO'] as const)[pick(2)]! }
      default:
        return { error: 'EIO' }
    }
  }

  #fate(isBase: boolean): PageFate {
    const fates = diskProfiles[this.#disk.profile].failedSync
    const mayLie = this.#mayLie && (!isBase || this.#choices.pick(2, 'a lie of the base') === 1)
    const allowed = fates.filter((fate) => fate !== 'late' || mayLie)
    return allowed[this.#choices.pick(allowed.length, 'kind of fault')]!
  }
}

/** What was to be written may be there or not: only another opening can tell. A table is written once more. */
function isFatalSync({ operation, path }: FileCall): boolean {
  return operation === 'syncDirectory' || (operation === 'sync' && !path.endsWith('.sst'))
}
