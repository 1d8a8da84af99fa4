import { expect } from 'vitest'
import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { type ErrorCode, VarveError } from '../../src/errors.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { RecoveryReport } from '../../src/kv-store/recovery-report.ts'

export const STORE = '/store'

/** The files of a store by name. */
export type Files = Map<string, Uint8Array>

export function readFile(disk: FileSystem, path: string): Uint8Array {
  const file = disk.open(path, 'read')
  try {
    const bytes = new Uint8Array(file.sizeSync())
    file.readSync(bytes, 0)
    return bytes
  } finally {
    file.close()
  }
}

/** The files of the store; `within` names a directory within its own. */
export function filesOf(disk: FileSystem, within = ''): Files {
  const directory = `${STORE}${within}`
  const names = disk.list(directory).filter((name) => disk.status(`${directory}/${name}`)?.kind === 'file')
  return new Map(names.sort().map((name) => [name, readFile(disk, `${directory}/${name}`)]))
}

/** The files of the store and those in `lost/`; none where there is no such directory. */
export function allFilesOf(disk: FileSystem): Files {
  const lost = disk.status(`${STORE}/lost`) === undefined ? [] : [...filesOf(disk, '/lost')]
  return new Map([...filesOf(disk), ...lost.map(([name, bytes]) => [`lost/${name}`, bytes] as const)])
}

/** Files in a form that is quick to compare. */
export function textOf(files: Files): Record<string, string> {
  return Object.fromEntries([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('latin1')]))
}

/** A disk with these files, all of them durable. */
export function diskOf(files: Files): MemoryFileSystem {
  const disk = new MemoryFileSystem()
  disk.makeDirectory(STORE)
  for (const [name, bytes] of files) putFile(disk, name, bytes)
  return disk.crash()
}

export function putFile(disk: FileSystem, name: string, bytes: Uint8Array): void {
  const path = `${STORE}/${name}`
  if (disk.status(path) !== undefined) disk.unlinkSync(path)
  const file = disk.open(path, 'create', 'other')
  file.appendSync(bytes)
  file.syncSync()
  file.close()
}

/** The name, of those that match, that sorts first. */
export function nameLike(files: Files, pattern: RegExp): string {
  const name = [...files.keys()].sort().find((each) => pattern.test(each))
  if (name === undefined) throw new Error(`no file is like ${pattern}`)
  return name
}

/** A copy of `bytes` in which the bits of `mask` are flipped at `offset`, counted from the end where it is negative. */
export function flipped(bytes: Uint8Array, offset: number, mask = 1): Uint8Array {
  const copy = bytes.slice()
  const at = offset < 0 ? bytes.length + offset : offset
  copy[at] = copy[at]! ^ mask
  return copy
}

export function openOn(fileSystem: FileSystem, options: OpenOptions<'utf8'> = {}): Promise<KeyValueStore<'utf8'>> {
  return open(STORE, { encoding: 'utf8', ...options, fileSystem })
}

/** Everything that a store holds, as text. */
export function contentsOf(store: KeyValueStore<'utf8'>): Record<string, string> {
  return Object.fromEntries(store.scan().allSync())
}

export interface Found {
  readonly contents: Record<string, string>
  readonly sequence: number
  readonly report: RecoveryReport
}

/** Opens, closes, and returns what was found in between. */
export async function recovered(fileSystem: FileSystem, options: OpenOptions<'utf8'> = {}): Promise<Found> {
  const store = await openOn(fileSystem, options)
  const found = { contents: contentsOf(store), sequence: store.stats().sequence, report: store.recovery }
  await store.close()
  return found
}

/** Expects that opening is refused, that not a byte on the disk has changed, and that the lock is free. */
export async function expectRefusal(
  disk: MemoryFileSystem,
  code: ErrorCode,
  options: OpenOptions<'utf8'> = {},
): Promise<VarveError> {
  const before = textOf(allFilesOf(disk))
  const error = await openOn(disk, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(VarveError)
  expect((error as VarveError).code).toBe(code)
  expect(textOf(allFilesOf(disk))).toEqual(before)
  expect(await disk.lockHolder(STORE)).toBeUndefined()
  return error as VarveError
}
