import { type ErrorCode, VarveError } from '../index.ts'

/** The codes that users of Level know, and `LEVEL_OVERLOADED`, which only a lowered `maxPendingBytes` can bring. */
export type LevelErrorCode =
  | 'LEVEL_ABORTED'
  | 'LEVEL_CORRUPTION'
  | 'LEVEL_DATABASE_NOT_OPEN'
  | 'LEVEL_INVALID_ARGUMENT'
  | 'LEVEL_IO_ERROR'
  | 'LEVEL_LOCKED'
  | 'LEVEL_NOT_SUPPORTED'
  | 'LEVEL_OVERLOADED'
  | 'LEVEL_READONLY'
  | 'LEVEL_SNAPSHOT_NOT_OPEN'

const CODES: Readonly<Record<ErrorCode, LevelErrorCode>> = {
  ABORTED: 'LEVEL_ABORTED',
  CLOSED: 'LEVEL_DATABASE_NOT_OPEN',
  CONFLICT: 'LEVEL_ABORTED',
  CORRUPTION: 'LEVEL_CORRUPTION',
  // LevelDB calls both an invalid argument of opening.
  EXISTS: 'LEVEL_INVALID_ARGUMENT',
  NOT_FOUND: 'LEVEL_INVALID_ARGUMENT',
  INVALID_ARGUMENT: 'LEVEL_INVALID_ARGUMENT',
  IO: 'LEVEL_IO_ERROR',
  LOCKED: 'LEVEL_LOCKED',
  NO_SPACE: 'LEVEL_IO_ERROR',
  OVERLOADED: 'LEVEL_OVERLOADED',
  POISONED: 'LEVEL_IO_ERROR',
  READ_ONLY: 'LEVEL_READONLY',
  TIMEOUT: 'LEVEL_IO_ERROR',
  UNSUPPORTED_FORMAT: 'LEVEL_NOT_SUPPORTED',
}

/** What the adapter throws: `code` is one of Level's, `cause` the VarveError, which says more. */
export class LevelError extends Error {
  readonly code: LevelErrorCode

  constructor(code: LevelErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    // The name by which abort errors are known everywhere.
    this.name = code === 'LEVEL_ABORTED' ? 'AbortError' : 'LevelError'
    this.code = code
  }
}

/** Anything but a VarveError is passed on as it is. */
export function toLevelError(error: unknown): unknown {
  return error instanceof VarveError ? new LevelError(CODES[error.code], error.message, error) : error
}

export function rethrow(error: unknown): never {
  throw toLevelError(error)
}

/** A synchronous read as the promise that the base class asks for. */
export function settled<T>(read: () => T): Promise<T> {
  try {
    return Promise.resolve(read())
  } catch (error) {
    return Promise.reject(toLevelError(error))
  }
}
