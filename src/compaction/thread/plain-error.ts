import { VarveError } from '../../errors.ts'

/** An error as plain data: what structured clone leaves of one has lost its class and its code. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Of the operating system, or of a VarveError. */
  readonly code: string | undefined
  readonly isOurs: boolean
  readonly file: string | undefined
  readonly offset: number | undefined
  readonly cause: PlainError | undefined
}

export function toPlain(error: unknown): PlainError {
  const { name, message, stack, code, cause } = asError(error)
  const { file, offset } = error instanceof VarveError ? error : {}
  return {
    name,
    message,
    stack,
    code: typeof code === 'string' ? code : undefined,
    isOurs: error instanceof VarveError,
    file,
    offset,
    cause: cause === undefined ? undefined : toPlain(cause),
  }
}

function asError(error: unknown): Error & { readonly code?: unknown } {
  return error instanceof Error ? error : new Error(String(error))
}

export function fromPlain(plain: PlainError): Error {
  const { name, message, stack, code, isOurs, file, offset } = plain
  const cause = plain.cause === undefined ? undefined : fromPlain(plain.cause)
  if (isOurs) return new VarveError(code as VarveError['code'], message, { cause, file, offset })
  const error = new Error(message, cause === undefined ? undefined : { cause })
  error.name = name
  if (stack !== undefined) error.stack = stack
  return code === undefined ? error : Object.assign(error, { code })
}
