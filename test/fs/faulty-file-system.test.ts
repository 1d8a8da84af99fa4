import { expect, test } from 'vitest'
import { writeFileAtomically } from '../../src/fs/atomic-file.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { bytesOf, codeOf, readText, textOf, writeText } from '../support/bytes-text.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'

test('a write fails after as many bytes as planned, in both forms', async () => {
  const fs = new FaultyFileSystem(new MemoryFileSystem())
  const file = fs.open('/file', 'create', 'wal')
  fs.plan = ({ operation }) => (operation === 'append' ? { error: 'ENOSPC', afterBytes: 2 } : undefined)
  expect(() => file.appendSync(bytesOf('abcd'))).toThrow(expect.objectContaining({ code: 'NO_SPACE' }))
  await expect(file.append(bytesOf('ABCD'))).rejects.toMatchObject({ code: 'NO_SPACE' })
  expect([file.sizeSync(), textOf(file)]).toEqual([4, 'abAB'])
})

test('a sync that fails makes nothing durable', async () => {
  const disk = new MemoryFileSystem()
  const fs = new FaultyFileSystem(disk, ({ operation }) =>
    operation.startsWith('sync') ? { error: 'EIO' } : undefined,
  )
  const file = fs.open('/file', 'create', 'wal')
  disk.syncDirectorySync('/')
  file.appendSync(bytesOf('x'))
  writeText(fs, '/other', '')
  expect(await codeOf(() => file.syncSync())).toBe('IO')
  expect(await codeOf(() => file.sync())).toBe('IO')
  expect(await codeOf(() => fs.syncDirectorySync('/'))).toBe('IO')
  expect(await codeOf(() => fs.syncDirectory('/'))).toBe('IO')
  expect(readText(disk.powerCut(), '/file')).toBe('')
  expect(disk.powerCut().list('/')).toEqual(['file'])
})

test('every call is logged with its number, and can be failed by it', async () => {
  const fs = new FaultyFileSystem(new MemoryFileSystem())
  const file = fs.open('/file', 'create', 'wal')
  file.appendSync(bytesOf('abc'))
  await file.read(new Uint8Array(2), 0)
  fs.plan = ({ index }) => (index === 3 ? { error: 'EMFILE' } : undefined)
  expect(await codeOf(() => fs.open('/file', 'read'))).toBe('IO')
  fs.open('/file', 'read')
  expect(fs.calls).toEqual([
    { operation: 'open', path: '/file', index: 0 },
    { operation: 'append', path: '/file', index: 1, bytes: 3 },
    { operation: 'read', path: '/file', index: 2, bytes: 2 },
    { operation: 'open', path: '/file', index: 3 },
    { operation: 'open', path: '/file', index: 4 },
  ])
})

test('an atomic write that fails at any call leaves the old or the new contents, also after a power cut', () => {
  const outcomes = new Set<string>()
  for (let failing = 0; ; failing++) {
    const disk = new MemoryFileSystem()
    writeFileAtomically(disk, '/CURRENT', bytesOf('old'), 'manifest')
    writeText(disk, '/CURRENT.tmp', 'left behind')
    const fs = new FaultyFileSystem(disk, ({ index }) =>
      index === failing ? { error: 'EIO', afterBytes: 1 } : undefined,
    )
    let failed = false
    try {
      writeFileAtomically(fs, '/CURRENT', bytesOf('new'), 'manifest')
    } catch {
      failed = true
    }
    for (const left of [disk.killed(), disk.powerCut()]) {
      const contents = readText(left, '/CURRENT')
      if (!failed) expect(contents).toBe('new')
      outcomes.add(contents)
      writeFileAtomically(left, '/CURRENT', bytesOf('next'), 'manifest')
      expect(left.list('/')).toEqual(['CURRENT'])
    }
    if (!failed) break
    expect(failing).toBeLessThan(10)
  }
  expect(outcomes).toEqual(new Set(['old', 'new']))
})
