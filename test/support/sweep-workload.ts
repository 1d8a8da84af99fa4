import type { OpenOptions } from '../../src/database/options.ts'
import type { ErrorCode } from '../../src/errors.ts'
import type { SweepSession } from './sweep-session.ts'

/** A fixed run of a store; every step goes on as far as the store lets it. */
export interface SweepWorkload {
  readonly name: string
  /** What comes before, without faults; each stage ends with a killed process, or a power cut. */
  readonly before?: readonly Stage[]
  /** Whether what is left may be refused: half a store that was to be destroyed. */
  readonly mayBeRefused?: boolean
  readonly readsOnly?: boolean
  /** Codes that its calls may fail with beside those of the fault. */
  readonly codes?: readonly ErrorCode[]
  readonly options?: OpenOptions<'bytes'>
  readonly run: (session: SweepSession) => Promise<void>
}

interface Stage {
  readonly run: (session: SweepSession) => Promise<void>
  readonly ends: 'kill' | 'power cut'
}
