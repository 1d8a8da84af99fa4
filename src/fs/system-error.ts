import type { ErrorCode } from '../errors.ts'
import { VarveError } from '../errors.ts'

const codeOf: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'NO_SPACE',
  EDQUOT: 'NO_SPACE',
  ENOENT: 'NOT_FOUND',
  EEXIST: 'EXISTS',
}

const adviceOf: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some disk space; an open store takes writes again after resume()',
  EDQUOT: 'Free some of the disk quota; an open store takes writes again after resume()',
  ENOENT: 'Check that the path exists',
  EEXIST: 'Choose a name that is free, or remove what has it',
  EACCES: 'Check the permissions of the file and of its directory',
  EPERM: 'Check the permissions of the file and of its directory',
  EROFS: 'The file system is mounted read-only: mount it writable',
  EMFILE: 'Raise the limit of open files of this process, or lower maxOpenFiles',
  ENFILE: 'Raise the limit of open files of this machine, or lower maxOpenFiles',
  ELOOP: 'It is a link, and links are never followed: put the file itself there',
  EISDIR: 'It is a directory: give the path of a regular file',
  ENOTDIR: 'Part of the path is not a directory: give another path',
  ENOTEMPTY: 'The directory is not empty: remove what it holds first',
  EBADF: 'The file is open for reading only: open it for writing',
  EIO: 'The device failed: look into the system log, and check the disk before you trust it again',
  EFBIG: 'The file system does not take files of this size: use another one',
}

/** The system's name of an error, such as 'ENOSPC', or 'unknown'. */
export function systemCode(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : 'unknown'
}

/** Turns what the system threw into the error that callers know: `operation` is a verb, such as 'append to'. */
export function systemError(operation: string, path: string, error: unknown): VarveError {
  if (error instanceof VarveError) return error
  const code = systemCode(error)
  const advice = adviceOf[code] ?? 'See the cause for what the system said'
  return new VarveError(codeOf[code] ?? 'IO', `cannot ${operation} ${path}: ${code}. ${advice}.`, {
    cause: error,
    file: path,
  })
}

/** The same error where no system is involved: the memory file system, and faults that tests inject. */
export function simulatedError(operation: string, path: string, code: string): VarveError {
  return systemError(operation, path, Object.assign(new Error(`${code}: simulated`), { code }))
}

export function closedError(path: string): VarveError {
  return new VarveError('CLOSED', `${path} is closed: open it again`, { file: path })
}

/** Where directories cannot be synced at all, the system says so with one of these; on Linux they are real errors. */
export function isDirectorySyncUnsupported(error: unknown, platform: string): boolean {
  if (platform === 'linux') return false
  return ['EINVAL', 'EPERM', 'EISDIR', 'EACCES'].includes(systemCode(error))
}
