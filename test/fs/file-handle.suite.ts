import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileHandle } from '../../src/fs/file-system.ts'
import { bytesOf, codeOf, readText, textOf } from '../support/bytes-text.ts'
import type { FileSystemPlace } from '../support/file-system-place.ts'

/** Both forms of each operation must do the same. */
interface Form {
  read(handle: FileHandle, target: Uint8Array, offset: number): number | Promise<number>
  append(handle: FileHandle, bytes: Uint8Array): void | Promise<void>
  write(handle: FileHandle, bytes: Uint8Array, offset: number): void | Promise<void>
  truncate(handle: FileHandle, size: number): void | Promise<void>
  sync(handle: FileHandle): void | Promise<void>
}

const synchronous: Form = {
  read: (handle, target, offset) => handle.readSync(target, offset),
  append: (handle, bytes) => handle.appendSync(bytes),
  write: (handle, bytes, offset) => handle.writeSync(bytes, offset),
  truncate: (handle, size) => handle.truncateSync(size),
  sync: (handle) => handle.syncSync(),
}

const asynchronous: Form = {
  read: (handle, target, offset) => handle.read(target, offset),
  append: (handle, bytes) => handle.append(bytes),
  write: (handle, bytes, offset) => handle.write(bytes, offset),
  truncate: (handle, size) => handle.truncate(size),
  sync: (handle) => handle.sync(),
}

/** What every file system's open files do. */
export function fileHandleSuite(name: string, makePlace: () => FileSystemPlace): void {
  describe.each([
    ['synchronous', synchronous],
    ['asynchronous', asynchronous],
  ])(`an open file of ${name}, %s`, (_form, form) => {
    let place: FileSystemPlace
    let path: string
    let handle: FileHandle
    beforeEach(() => {
      place = makePlace()
      path = `${place.directory}/file`
      handle = place.fs.open(path, 'create', 'wal')
    })
    afterEach(() => {
      handle.close()
      place.remove()
    })

    test('appends follow each other, also those of a later life', async () => {
      await form.append(handle, bytesOf('one'))
      await form.append(handle, new Uint8Array(0))
      await form.append(handle, bytesOf('two'))
      expect(handle.sizeSync()).toBe(6)
      handle.close()
      handle = place.fs.open(path, 'write', 'wal')
      await form.append(handle, bytesOf('three'))
      expect(readText(place.fs, path)).toBe('onetwothree')
    })

    test('a read fills what the file holds from an offset, and nothing beyond its end', async () => {
      await form.append(handle, bytesOf('0123456789'))
      const target = new Uint8Array(4).fill(95)
      expect(await form.read(handle, target, 3)).toBe(4)
      expect(new TextDecoder().decode(target)).toBe('3456')
      target.fill(95)
      expect(await form.read(handle, target, 8)).toBe(2)
      expect(new TextDecoder().decode(target)).toBe('89__')
      expect(await form.read(handle, target, 10)).toBe(0)
      expect(await form.read(handle, target, 99)).toBe(0)
    })

    test('a write replaces in place and may extend the file, over a hole of zeros', async () => {
      await form.append(handle, bytesOf('abcdef'))
      await form.write(handle, bytesOf('XY'), 2)
      expect(textOf(handle)).toBe('abXYef')
      await form.write(handle, bytesOf('end'), 8)
      expect(textOf(handle)).toBe('abXYef\0\0end')
      await form.append(handle, bytesOf('!'))
      expect(textOf(handle)).toBe('abXYef\0\0end!')
    })

    test('truncating cuts off, zero-fills what grows again, and appends go on from there', async () => {
      await form.append(handle, bytesOf('abcdef'))
      await form.truncate(handle, 3)
      expect([handle.sizeSync(), textOf(handle)]).toEqual([3, 'abc'])
      await form.append(handle, bytesOf('D'))
      await form.truncate(handle, 6)
      expect(textOf(handle)).toBe('abcD\0\0')
    })

    test('a sync returns, and a second one too', async () => {
      await form.append(handle, bytesOf('x'))
      await form.sync(handle)
      await form.sync(handle)
    })

    test('a file that was unlinked or renamed stays readable and writable', async () => {
      await form.append(handle, bytesOf('kept'))
      place.fs.rename(path, `${path}2`)
      await form.append(handle, bytesOf('!'))
      place.fs.unlinkSync(`${path}2`)
      expect(place.fs.status(`${path}2`)).toBeUndefined()
      await form.append(handle, bytesOf('?'))
      expect(textOf(handle)).toBe('kept!?')
    })

    test('a file open for reading refuses changes', async () => {
      const reader = place.fs.open(path, 'read')
      expect(await codeOf(() => form.append(reader, bytesOf('x')))).toBe('IO')
      expect(await codeOf(() => form.write(reader, bytesOf('x'), 0))).toBe('IO')
      reader.close()
      expect(handle.sizeSync()).toBe(0)
    })

    test('after closing, twice, everything is refused', async () => {
      handle.close()
      handle.close()
      expect(await codeOf(() => form.read(handle, new Uint8Array(1), 0))).toBe('CLOSED')
      expect(await codeOf(() => form.append(handle, bytesOf('x')))).toBe('CLOSED')
      expect(await codeOf(() => form.write(handle, bytesOf('x'), 0))).toBe('CLOSED')
      expect(await codeOf(() => form.truncate(handle, 0))).toBe('CLOSED')
      expect(await codeOf(() => form.sync(handle))).toBe('CLOSED')
      expect(await codeOf(() => handle.sizeSync())).toBe('CLOSED')
    })
  })

  describe(`concurrent use of an open file of ${name}`, () => {
    test('appends that are not awaited do not overlap, and closing lets them finish', async () => {
      const place = makePlace()
      const path = `${place.directory}/file`
      const handle = place.fs.open(path, 'create', 'wal')
      const texts = Array.from({ length: 20 }, (_, index) => `<${index}>`)
      const appends = texts.map((text) => handle.append(bytesOf(text)))
      const synced = handle.sync()
      handle.close()
      await Promise.all([...appends, synced])
      expect(readText(place.fs, path)).toBe(texts.join(''))
      place.remove()
    })
  })
}
