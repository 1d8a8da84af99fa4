import { isAbsolute, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { VarveError } from '../errors.ts'

/** A caller's path, or file: URL, as the file system wants it; INVALID_ARGUMENT for what cannot be one. */
export function absolutePath(given: unknown, name: string = 'directory'): string {
  const path = given instanceof URL ? pathOf(given, name) : given
  if (typeof path !== 'string') throw refused(name, path === null ? 'null' : `a value of type ${typeof path}`)
  if (path === '') throw refused(name, 'an empty string')
  if (path.includes('\0')) throw refused(name, 'a string with a NUL')
  return resolve(path)
}

function pathOf(url: URL, name: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    throw refused(name, `a URL of ${url.protocol} that names no local file`)
  }
}

function refused(name: string, given: string): VarveError {
  const message = `${name} must be a path, as a string or a file: URL; given was ${given}`
  return new VarveError('INVALID_ARGUMENT', message)
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
