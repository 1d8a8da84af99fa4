import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeFileAtomically } from '../../src/fs/atomic-file.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import { bytesOf, codeOf, readText, writeText } from '../support/bytes-text.ts'
import type { FileSystemPlace } from '../support/file-system-place.ts'

/** What every file system does with names, directories and locks. */
export function fileSystemSuite(name: string, makePlace: () => FileSystemPlace): void {
  let place: FileSystemPlace
  let fs: FileSystem
  let at: (path: string) => string
  beforeEach(() => {
    place = makePlace()
    fs = place.fs
    at = (path) => `${place.directory}/${path}`
  })
  afterEach(() => place.remove())

  describe(`names in ${name}`, () => {
    test('status tells files from directories, and both from nothing', () => {
      writeText(fs, at('file'), 'four')
      expect(fs.status(at('file'))).toEqual({ kind: 'file', size: 4 })
      expect(fs.status(place.directory)?.kind).toBe('directory')
      expect(fs.status(at('nothing'))).toBeUndefined()
      expect(fs.status(at('file/below'))).toBeUndefined()
    })

    test('creating refuses a name that is taken, opening one that is not', async () => {
      writeText(fs, at('file'), 'old')
      expect(await codeOf(() => fs.open(at('file'), 'create', 'wal'))).toBe('EXISTS')
      expect(readText(fs, at('file'))).toBe('old')
      expect(await codeOf(() => fs.open(at('nothing'), 'read'))).toBe('NOT_FOUND')
      expect(await codeOf(() => fs.open(at('nothing'), 'write', 'wal'))).toBe('NOT_FOUND')
      expect(await codeOf(() => fs.open(at('nothing/file'), 'create', 'wal'))).toBe('NOT_FOUND')
      expect(await codeOf(() => fs.open(place.directory, 'read'))).toBe('IO')
      expect(fs.list(place.directory)).toEqual(['file'])
    })

    test('an error names the file, the system code and what to do', () => {
      const open = () => fs.open(at('nothing'), 'read')
      expect(open).toThrow(expect.objectContaining({ name: 'VarveError', code: 'NOT_FOUND', file: at('nothing') }))
      expect(open).toThrow(/cannot open .*nothing: ENOENT\. Check that/)
      expect(open).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'ENOENT' }) }))
    })

    test('list has the names and nothing else', async () => {
      expect(fs.list(place.directory)).toEqual([])
      for (const file of ['b', 'a']) writeText(fs, at(file), '')
      fs.makeDirectory(at('c'))
      expect(fs.list(place.directory).sort()).toEqual(['a', 'b', 'c'])
      expect(await codeOf(() => fs.list(at('nothing')))).toBe('NOT_FOUND')
    })

    test('makeDirectory returns what it made, outermost first', async () => {
      expect(fs.makeDirectory(at('x/y/z'))).toEqual([at('x'), at('x/y'), at('x/y/z')])
      expect(fs.makeDirectory(at('x/y/z'))).toEqual([])
      expect(fs.makeDirectory(at('x/other'))).toEqual([at('x/other')])
      writeText(fs, at('file'), '')
      expect(await codeOf(() => fs.makeDirectory(at('file')))).toBe('EXISTS')
      expect(await codeOf(() => fs.makeDirectory(at('file/below')))).toBe('IO')
    })

    test('removeDirectory takes empty directories only', async () => {
      fs.makeDirectory(at('x/y'))
      expect(await codeOf(() => fs.removeDirectory(at('x')))).toBe('IO')
      fs.removeDirectory(at('x/y'))
      fs.removeDirectory(at('x'))
      expect(fs.list(place.directory)).toEqual([])
      expect(await codeOf(() => fs.removeDirectory(at('x')))).toBe('NOT_FOUND')
    })

    test('rename replaces the target, and moves over directories', async () => {
      writeText(fs, at('from'), 'new')
      writeText(fs, at('to'), 'old')
      fs.rename(at('from'), at('to'))
      expect(fs.list(place.directory)).toEqual(['to'])
      fs.makeDirectory(at('x'))
      fs.rename(at('to'), at('x/to'))
      expect(readText(fs, at('x/to'))).toBe('new')
      expect(fs.list(place.directory)).toEqual(['x'])
      expect(await codeOf(() => fs.rename(at('to'), at('other')))).toBe('NOT_FOUND')
    })

    test('unlink removes a name, once, and no directory, in both forms', async () => {
      fs.makeDirectory(at('x'))
      for (const unlink of [fs.unlinkSync.bind(fs), fs.unlink.bind(fs)]) {
        writeText(fs, at('file'), '')
        await unlink(at('file'))
        expect(fs.status(at('file'))).toBeUndefined()
        expect(await codeOf(() => unlink(at('file')))).toBe('NOT_FOUND')
        expect(await codeOf(() => unlink(at('x')))).toBe('IO')
      }
    })

    test('a large file goes as a small one does', async () => {
      writeText(fs, at('file'), 'x'.repeat(5 << 20))
      await fs.unlink(at('file'))
      expect(fs.list(place.directory)).toEqual([])
    })

    test('directories are synced in both forms, missing ones are refused', async () => {
      fs.syncDirectorySync(place.directory)
      await fs.syncDirectory(place.directory)
      expect(await codeOf(() => fs.syncDirectorySync(at('nothing')))).toBe('NOT_FOUND')
      expect(await codeOf(() => fs.syncDirectory(at('nothing')))).toBe('NOT_FOUND')
      expect(fs.downgrades).toEqual([])
    })

    test('writing a file atomically replaces it and removes what an earlier attempt left', () => {
      writeText(fs, at('CURRENT'), 'old')
      writeText(fs, at('CURRENT.tmp'), 'left behind')
      writeFileAtomically(fs, at('CURRENT'), bytesOf('new'), 'manifest')
      expect(readText(fs, at('CURRENT'))).toBe('new')
      expect(fs.list(place.directory)).toEqual(['CURRENT'])
    })
  })

  describe(`the lock of ${name}`, () => {
    test('is held once, names its holder, and can be taken again after its release', async () => {
      expect(await fs.lockHolder(place.directory)).toBeUndefined()
      const lock = await fs.lock(place.directory)
      const refusal = fs.lock(`${place.directory}/../${place.directory.split('/').at(-1)}`)
      await expect(refusal).rejects.toMatchObject({ code: 'LOCKED', file: expect.stringContaining(place.directory) })
      await expect(fs.lock(place.directory)).rejects.toThrow(/this process \(process \d+ on host ".+"\) since \d{4}-/)
      expect(await fs.lockHolder(place.directory)).toMatchObject({ pid: process.pid })
      lock.release()
      lock.release()
      expect(await fs.lockHolder(place.directory)).toBeUndefined()
      const again = await fs.lock(place.directory)
      lock.release()
      expect(await codeOf(() => fs.lock(place.directory))).toBe('LOCKED')
      again.release()
    })

    test('is one per directory, and needs the directory', async () => {
      fs.makeDirectory(at('x'))
      const locks = [await fs.lock(place.directory), await fs.lock(at('x'))]
      expect(await codeOf(() => fs.lock(at('nothing')))).toBe('NOT_FOUND')
      expect(await codeOf(() => fs.lockHolder(at('nothing')))).toBe('NOT_FOUND')
      for (const lock of locks) lock.release()
    })
  })
}
