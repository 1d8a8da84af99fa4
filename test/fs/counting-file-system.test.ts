import { expect, test } from 'vitest'
import { CountingFileSystem } from '../../src/fs/counting-file-system.ts'
import { emptyCounts } from '../../src/fs/file-counts.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { bytesOf } from '../support/bytes-text.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'

test('bytes are counted by the category that a file was opened with', async () => {
  const fs = new CountingFileSystem(new MemoryFileSystem())
  const log = fs.open('/log', 'create', 'wal')
  const table = fs.open('/table', 'create', 'flush')
  log.appendSync(bytesOf('12345'))
  await log.append(bytesOf('678'))
  table.writeSync(bytesOf('ab'), 0)
  await table.write(bytesOf('cd'), 1)
  expect(fs.counts.writtenBytes).toEqual({ ...emptyCounts().writtenBytes, wal: 8, flush: 4 })
  expect(fs.counts.calls).toMatchObject({ append: 2, write: 2, open: 2 })
})

test('reads count what they returned, syncs and open files what they are', async () => {
  const fs = new CountingFileSystem(new MemoryFileSystem())
  const file = fs.open('/file', 'create', 'other')
  file.appendSync(bytesOf('12345'))
  file.readSync(new Uint8Array(3), 0)
  await file.read(new Uint8Array(100), 0)
  file.syncSync()
  await file.sync()
  fs.syncDirectorySync('/')
  await fs.syncDirectory('/')
  const reader = fs.open('/file', 'read')
  expect(fs.counts).toMatchObject({ readBytes: 8, syncs: 2, directorySyncs: 2, openFiles: 2 })
  reader.close()
  reader.close()
  expect(fs.counts.openFiles).toBe(1)
})

test('what failed counts as a call, not as bytes or a sync', async () => {
  const faulty = new FaultyFileSystem(new MemoryFileSystem())
  const fs = new CountingFileSystem(faulty)
  const file = fs.open('/file', 'create', 'wal')
  faulty.plan = () => ({ error: 'EIO' })
  expect(() => file.appendSync(bytesOf('x'))).toThrow()
  expect(() => file.syncSync()).toThrow()
  await expect(file.sync()).rejects.toThrow()
  expect(() => fs.open('/file', 'read')).toThrow()
  expect(fs.counts).toMatchObject({ syncs: 0, openFiles: 1, calls: { append: 1, sync: 2, open: 2 } })
  expect(fs.counts.writtenBytes.wal).toBe(0)
})

test('opening for writing without a category is refused before the file is made', () => {
  const fs = new CountingFileSystem(new MemoryFileSystem())
  expect(() => fs.open('/file', 'create')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  expect(fs.status('/file')).toBeUndefined()
})
