import { expect, test } from 'vitest'
import { DoubleHandle } from '../../src/fs/double-handle.ts'
import type { FileHandle, FileSystem } from '../../src/fs/file-system.ts'

/** Handles that note which of them was synced; a pool sync ends when the test says so. */
function scripted(): { fileSystem: FileSystem; file: FileHandle; log: string[]; endSync: (error?: Error) => void } {
  const log: string[] = []
  let endSync: (error?: Error) => void = () => {}
  const handle = (name: string): FileHandle =>
    ({
      path: '/file',
      sync: () => {
        log.push(`${name} in the pool`)
        return new Promise<void>((resolve, reject) => {
          endSync = (error) => (error === undefined ? resolve() : reject(error))
        })
      },
      syncSync: () => log.push(`${name} in place`),
      close: () => log.push(`close ${name}`),
    }) as unknown as FileHandle
  const fileSystem = { open: () => handle('second') } as unknown as FileSystem
  return { fileSystem, file: handle('first'), log, endSync: (error) => endSync(error) }
}

test('a sync in place during one in the pool goes through another descriptor: each is told of an error once', async () => {
  const { fileSystem, file, log, endSync } = scripted()
  const handle = new DoubleHandle(fileSystem, file, 'wal')
  handle.waitSync()
  const pool = handle.wait()
  await Promise.resolve()
  handle.waitSync()
  expect(log).toEqual(['first in place', 'first in the pool', 'second in place'])
  endSync()
  await pool
  handle.waitSync()
  expect(log.at(-1)).toBe('first in place')
})

test('after a failed sync every later one fails, though the system would report success', async () => {
  const { fileSystem, file, log, endSync } = scripted()
  const handle = new DoubleHandle(fileSystem, file, 'wal')
  const pool = handle.wait()
  const other = handle.wait()
  await Promise.resolve()
  endSync(new Error('EIO'))
  await expect(pool).rejects.toThrow('EIO')
  await expect(other).rejects.toThrow('EIO')
  expect(() => handle.waitSync()).toThrow('EIO')
  expect(log).toEqual(['first in the pool'])
})

test('where no second descriptor is to be had, the sync is done in place before the wait is over', async () => {
  const { file, log } = scripted()
  const full = {
    open: () => {
      throw new Error('EMFILE')
    },
  } as unknown as FileSystem
  await new DoubleHandle(full, file, 'wal').wait()
  expect(log).toEqual(['first in place'])
})
