import { isAbsolute, relative, resolve, sep } from 'node:path'
import { VarveError } from '../errors.ts'

/** A caller's path as the file system wants it; INVALID_ARGUMENT for what cannot be one. */
export function absolutePath(path: unknown): string {
  if (typeof path !== 'string' || path.length === 0 || path.includes('\0')) {
    throw new VarveError('INVALID_ARGUMENT', 'directory must be a path: a string that is not empty and holds no NUL')
  }
  return resolve(path)
}

/** Whether an absolute path is `directory` itself or lies within it, links aside. */
export function isWithin(path: string, directory: string): boolean {
  const way = relative(directory, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** The directory that holds a path. */
export function parentOf(path: string): string {
  return resolve(path, '..')
}
