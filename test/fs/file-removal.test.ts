import { expect, test } from 'vitest'
import { VarveError } from '../../src/errors.ts'
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

const turn = () => new Promise(setImmediate)

test('files go one after another; settle waits for every one, those of meanwhile included', async () => {
  const { waiting, fileSystem } = slowDisk()
  const removal = new FileRemoval(fileSystem, () => {})
  const begun = () => waiting.map(({ path }) => path)
  await removal.settle()
  removal.remove('/a')
  removal.remove('/b')
  expect(begun()).toEqual(['/a'])
  let isSettled = false
  const settled = removal.settle().then(() => {
    isSettled = true
  })
  waiting[0]!.free()
  await turn()
  expect(begun()).toEqual(['/a', '/b'])
  removal.remove('/c')
  waiting[1]!.free()
  await turn()
  expect(begun()).toEqual(['/a', '/b', '/c'])
  expect(isSettled).toBe(false)
  waiting[2]!.free()
  await settled
  removal.remove('/d')
  expect(begun()).toHaveLength(4)
})

test('a failure is told and not thrown; a file that is not there is none, nor is one behind a failed sync', async () => {
  const { waiting, fileSystem } = slowDisk()
  const warnings: string[] = []
  const removal = new FileRemoval(fileSystem, (message) => warnings.push(message))
  for (const path of ['/a', '/b', '/c']) removal.remove(path)
  waiting[0]!.fail(simulatedError('unlink', '/a', 'EBUSY'))
  await turn()
  waiting[1]!.fail(simulatedError('unlink', '/b', 'ENOENT'))
  await turn()
  waiting[2]!.fail(new VarveError('POISONED', 'a sync failed'))
  await removal.settle()
  expect(warnings).toEqual([expect.stringContaining('/a could not be removed')])
})
