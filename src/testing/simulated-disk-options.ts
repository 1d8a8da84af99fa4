import type { Choices } from './choices.ts'
import type { ProfileName } from './disk-profile.ts'
import type { CallRuntime, TraceDetail } from './file-calls.ts'

/** Options of a `SimulatedFileSystem`. */
export interface SimulatedFileSystemOptions {
  /** What a power cut may leave, and what a failed sync does. Default: 'posix-minimal'. */
  profile?: ProfileName
  /** Decides what is open. Default: the benign choice always. */
  choices?: Choices
  /** Sum of all file sizes, in bytes, from which on writes fail with NO_SPACE. Default: no limit. */
  capacityBytes?: number
  /** Tells the time of locks; one that schedules decides when asynchronous calls take effect. Default: the real clock, and first come, first served. */
  runtime?: CallRuntime
  /** Keeps a list of all calls, 'bytes': with what they write. Default: false. */
  trace?: TraceDetail
}
