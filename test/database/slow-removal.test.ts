import { expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { simulatedError } from '../../src/fs/system-error.ts'

/** A memory disk on which removed files go only when they are let go. */
function slowDisk() {
  const disk = new MemoryFileSystem()
  const waiting: ((error?: Error) => void)[] = []
  const unlink = (path: string) =>
    new Promise<void>((resolve, reject) => {
      waiting.push((error) => {
        if (error !== undefined) return reject(error)
        disk.unlinkSync(path)
        resolve()
      })
    })
  const fileSystem = new Proxy(disk, {
    get: (target, name) => {
      if (name === 'unlink') return unlink
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  }) as FileSystem
  const letGo = async (): Promise<void> => {
    for (; waiting.length > 0; await new Promise(setImmediate)) waiting.shift()!()
  }
  return { disk, fileSystem, waiting, letGo }
}

async function isPending(work: Promise<unknown>): Promise<boolean> {
  const pending = Symbol()
  const turns = async () => {
    for (let i = 0; i < 20; i++) await new Promise(setImmediate)
    return pending
  }
  return (await Promise.race([work, turns()])) === pending
}

test('compact resolves when the space is free again, close when nothing is being removed; others wait for neither', async () => {
  const { disk, fileSystem, waiting, letGo } = slowDisk()
  const store = await open('/s', { fileSystem })
  for (const value of ['1', '2']) {
    await store.put('key', value)
    await store.flush()
  }
  expect(waiting.length).toBeGreaterThan(0)
  const compaction = store.compact()
  expect(await isPending(compaction)).toBe(true)
  await store.put('key', '3')
  await letGo()
  await compaction
  const tables = disk.list('/s').filter((name) => name.endsWith('.sst'))
  expect(tables).toHaveLength(1)

  await store.flush()
  const closing = store.close()
  expect(await isPending(closing)).toBe(true)
  await letGo()
  await closing
  expect(await (await open('/s', { fileSystem: disk })).get('key', { encoding: 'utf8' })).toBe('3')
})

test('files that wait for their removal are no orphans; those that could not be removed are', async () => {
  const { disk, fileSystem, waiting, letGo } = slowDisk()
  const store = await open('/s', { fileSystem })
  for (const value of ['1', '2', '3']) {
    await store.put('key', value)
    await store.flush()
  }
  const logs = disk.list('/s').filter((name) => name.endsWith('.wal'))
  expect(logs).toHaveLength(4)
  expect((await store.verify()).orphans).toEqual([])
  waiting.shift()!(simulatedError('unlink', logs[0]!, 'EBUSY'))
  await new Promise(setImmediate)
  expect((await store.verify()).orphans).toEqual([logs[0]])
  await letGo()
  expect(disk.list('/s').filter((name) => name.endsWith('.wal'))).toEqual([logs[0], logs[3]])
  expect((await store.verify()).orphans).toEqual([logs[0]])
  const closing = store.close()
  await letGo()
  await closing
})
