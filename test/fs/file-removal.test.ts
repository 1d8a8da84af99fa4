import { expect, test } from 'vitest'
import { FileRemoval } from '../../src/fs/file-removal.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import { simulatedError } from '../../src/fs/system-error.ts'

/** A file system whose files take until `free` or `fail` is called to go. */
function slowDisk() {
  const waiting: { path: string; free: () => void; fail: (error: Error) => void }[] = []
  const unlink = (path: string) =>
    new Promise<void>((free, fail) => {
      waiting.push({ path, free, fail })
    })
  return { waiting, fileSystem: { unlink } as unknown as FileSystem }
}

test('settle waits for every file, those of meanwhile included', async () => {
  const { waiting, fileSystem } = slowDisk()
  const removal = new FileRemoval(fileSystem, () => {})
  await removal.settle()
  removal.remove('/a')
  removal.remove('/b')
  expect(waiting.map(({ path }) => path)).toEqual(['/a', '/b'])
  let isSettled = false
  const settled = removal.settle().then(() => {
    isSettled = true
  })
  waiting[0]!.free()
  removal.remove('/c')
  waiting[1]!.free()
  await new Promise(setImmediate)
  expect(isSettled).toBe(false)
  waiting[2]!.free()
  await settled
})

test('a failure is told and not thrown; a file that is not there is none', async () => {
  const { waiting, fileSystem } = slowDisk()
  const warnings: string[] = []
  const removal = new FileRemoval(fileSystem, (message) => warnings.push(message))
  removal.remove('/a')
  removal.remove('/b')
  waiting[0]!.fail(simulatedError('unlink', '/a', 'EBUSY'))
  waiting[1]!.fail(simulatedError('unlink', '/b', 'ENOENT'))
  await removal.settle()
  expect(warnings).toEqual([expect.stringContaining('/a could not be removed')])
})
