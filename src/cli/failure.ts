import { DAMAGE_ADVICE, VarveError } from '../errors.ts'
import { FOREIGN_ADVICE } from '../manifest/current-file.ts'
import { printable } from './bytes-text.ts'
import { DataFault } from './data-fault.ts'
import { ExitCode } from './exit-code.ts'
import type { StoreKind } from './store-kind.ts'
import { UsageError } from './usage-error.ts'

/** An error as the command tells it. */
export interface Failure {
  readonly exitCode: ExitCode
  readonly code: string
  readonly message: string
  readonly file: string | undefined
  readonly offset: number | undefined
  /** What to do now, where there is more to say than the message does. */
  readonly advice: string | undefined
}

/** Which store a command was about. */
export interface Subject {
  readonly directory: string
  readonly kind: StoreKind | undefined
}

export function failureOf(error: unknown, subject: Subject | undefined, isInterrupted: boolean): Failure {
  if (isInterrupted && error instanceof DataFault) {
    return failure(ExitCode.interrupted, 'ABORTED', `interrupted: ${error.message}`)
  }
  if (isInterrupted && error instanceof VarveError && error.code === 'ABORTED') {
    return failure(ExitCode.interrupted, 'ABORTED', 'interrupted')
  }
  if (error instanceof UsageError) return failure(ExitCode.usage, 'USAGE', error.message)
  if (error instanceof DataFault) return failure(ExitCode.fault, 'DATA', error.message)
  if (error instanceof VarveError) {
    const { code, message, file, offset } = error
    const exitCode = code === 'INVALID_ARGUMENT' ? ExitCode.usage : ExitCode.fault
    const advice = adviceFor(error, subject)
    const shown = advice === undefined ? message : withoutAdvice(message)
    return { ...failure(exitCode, code, shown), file, offset, advice }
  }
  if (isStringTooLong(error)) return failure(ExitCode.fault, 'DATA', STRING_TOO_LONG)
  // What the system says of an input or output that is none of a store's.
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException
  if (syscall !== undefined) return failure(ExitCode.fault, 'IO', `the system refused to ${syscall}: ${code}`)
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return failure(ExitCode.fault, 'UNEXPECTED', `this is a mistake in varve itself: ${message}`)
}

const STRING_TOO_LONG = 'a value is too long to be shown as text: varve get --raw prints its bytes'

/** What V8 and Node say where text would pass V8's limit of half a GiB. */
function isStringTooLong(error: unknown): boolean {
  if (error instanceof RangeError) return error.message === 'Invalid string length'
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_STRING_TOO_LONG'
}

/** The lines for standard error. */
export function failureLines({ message, advice }: Failure): string[] {
  const lines = [`varve: ${printable(message)}`]
  return advice === undefined ? lines : [...lines, `To do: ${printable(advice)}`]
}

/** The message without what is said below it, with the names that it is about. */
function withoutAdvice(message: string): string {
  return message.replace(`: ${DAMAGE_ADVICE}`, '').replace(`: ${FOREIGN_ADVICE}`, '')
}

/** The same for programs. */
export function failureRecord({ code, message, file, offset, advice }: Failure): object {
  return { error: { code, message, file, offset, advice } }
}

function failure(exitCode: ExitCode, code: string, message: string): Failure {
  return { exitCode, code, message, file: undefined, offset: undefined, advice: undefined }
}

/** What to do with a damaged store. */
export function damageAdvice(kind: StoreKind | undefined, directory: string): string {
  if (kind === 'btree') return 'restore a backup; a B-tree cannot be repaired'
  const repair = `varve repair ${shellWord(directory)} <new directory>`
  return `restore a backup, or build a new store from what is left: ${repair}`
}

function adviceFor({ code }: VarveError, subject: Subject | undefined): string | undefined {
  if (subject === undefined) return undefined
  const { kind, directory } = subject
  if (code === 'CORRUPTION') return damageAdvice(kind, directory)
  if (code === 'UNSUPPORTED_FORMAT' && kind === 'lsm') {
    return `if it is LevelDB's, copy it: varve import <new directory> --create --from-leveldb ${shellWord(directory)}`
  }
  return undefined
}

/** As a shell takes it for one word. */
function shellWord(word: string): string {
  return /^[\w./:@%+=~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
