import { describe, expect, test } from 'vitest'
import { writeFileAtomically } from '../../src/fs/atomic-file.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { bytesOf, readText, textOf, writeText } from '../support/bytes-text.ts'

/** A store directory whose own name is durable. */
function durableDirectory(): MemoryFileSystem {
  const fs = new MemoryFileSystem()
  fs.makeDirectory('/db')
  fs.syncDirectorySync('/')
  return fs
}

/** With a file 'log' that holds `text`, contents and name durable. */
function withDurableFile(text: string): MemoryFileSystem {
  const fs = durableDirectory()
  const handle = fs.open('/db/log', 'create', 'wal')
  handle.appendSync(bytesOf(text))
  handle.syncSync()
  handle.close()
  fs.syncDirectorySync('/db')
  return fs
}

describe('a power cut', () => {
  test('takes what was not synced, and a sync keeps all that was written before it', () => {
    const fs = withDurableFile('synced')
    const handle = fs.open('/db/log', 'write', 'wal')
    handle.appendSync(bytesOf(' lost'))
    handle.writeSync(bytesOf('LOST'), 0)
    expect(readText(fs.powerCut(), '/db/log')).toBe('synced')
    handle.syncSync()
    handle.appendSync(bytesOf(' again'))
    expect(readText(fs.powerCut(), '/db/log')).toBe('LOSTed lost')
  })

  test('takes the name of a synced file whose directory was not synced', () => {
    const fs = durableDirectory()
    const handle = fs.open('/db/log', 'create', 'wal')
    handle.appendSync(bytesOf('x'))
    handle.syncSync()
    expect(fs.powerCut().list('/db')).toEqual([])
    fs.syncDirectorySync('/db')
    expect(readText(fs.powerCut(), '/db/log')).toBe('x')
  })

  test('leaves an empty file where the name was synced and the contents were not', () => {
    const fs = durableDirectory()
    writeText(fs, '/db/log', 'lost')
    fs.syncDirectorySync('/db')
    expect(readText(fs.powerCut(), '/db/log')).toBe('')
  })

  test('takes a directory whose parent was not synced, with all it holds', () => {
    const fs = withDurableFile('x')
    fs.makeDirectory('/db/a/b')
    fs.syncDirectorySync('/db/a')
    expect(fs.powerCut().list('/db')).toEqual(['log'])
    fs.syncDirectorySync('/db')
    expect(fs.powerCut().status('/db/a/b')?.kind).toBe('directory')
  })

  test('takes renames and unlinks back that were not synced', () => {
    const fs = withDurableFile('x')
    fs.rename('/db/log', '/db/log2')
    expect(fs.powerCut().list('/db')).toEqual(['log'])
    fs.syncDirectorySync('/db')
    fs.unlinkSync('/db/log2')
    expect(readText(fs.powerCut(), '/db/log2')).toBe('x')
    fs.syncDirectorySync('/db')
    expect(fs.powerCut().list('/db')).toEqual([])
  })

  test('takes a truncation back that was not synced', () => {
    const fs = withDurableFile('abcdef')
    const handle = fs.open('/db/log', 'write', 'wal')
    handle.truncateSync(2)
    handle.appendSync(bytesOf('XYZ'))
    expect(readText(fs.powerCut(), '/db/log')).toBe('abcdef')
    handle.syncSync()
    expect(readText(fs.powerCut(), '/db/log')).toBe('abXYZ')
  })

  test('takes nothing of a file that was written atomically', () => {
    const fs = withDurableFile('old')
    writeFileAtomically(fs, '/db/log', bytesOf('new'), 'manifest')
    expect(readText(fs.powerCut(), '/db/log')).toBe('new')
  })

  test('an asynchronous sync that is not awaited has not happened', async () => {
    const fs = withDurableFile('')
    const handle = fs.open('/db/log', 'write', 'wal')
    handle.appendSync(bytesOf('x'))
    const synced = handle.sync()
    writeText(fs, '/db/other', '')
    const namesSynced = fs.syncDirectory('/db')
    expect(readText(fs.powerCut(), '/db/log')).toBe('')
    expect(fs.powerCut().list('/db')).toEqual(['log'])
    await Promise.all([synced, namesSynced])
    expect(readText(fs.powerCut(), '/db/log')).toBe('x')
    expect(fs.powerCut().list('/db').sort()).toEqual(['log', 'other'])
  })
})

describe('a killed process', () => {
  test('loses nothing, but what was not durable still is not', () => {
    const fs = withDurableFile('synced')
    fs.open('/db/log', 'write', 'wal').appendSync(bytesOf(' cached'))
    writeText(fs, '/db/other', 'cached')
    fs.rename('/db/other', '/db/third')
    const next = fs.killed()
    expect(readText(next, '/db/log')).toBe('synced cached')
    expect(readText(next, '/db/third')).toBe('cached')
    expect(next.powerCut().list('/db')).toEqual(['log'])
    expect(readText(next.powerCut(), '/db/log')).toBe('synced')
    const handle = next.open('/db/log', 'write', 'wal')
    handle.syncSync()
    expect(readText(next.powerCut(), '/db/log')).toBe('synced cached')
    expect(readText(fs.powerCut(), '/db/log')).toBe('synced')
  })

  test('leaves names whose files the next process goes on to write', () => {
    const fs = durableDirectory()
    writeText(fs, '/db/log', 'first')
    const next = fs.killed()
    const handle = next.open('/db/log', 'write', 'wal')
    handle.appendSync(bytesOf(' second'))
    handle.syncSync()
    expect(readText(next.crash(), '/db/log')).toBe('first second')
    next.unlinkSync('/db/log')
    expect(next.crash().list('/db')).toEqual([])
  })

  test('leaves its lock, and its handles reach the old file system only', async () => {
    const fs = withDurableFile('a')
    const handle = fs.open('/db/log', 'write', 'wal')
    await fs.lock('/db')
    const images = [fs.killed(), fs.powerCut(), fs.crash()]
    handle.appendSync(bytesOf('b'))
    handle.writeSync(bytesOf('X'), 0)
    for (const image of images) {
      expect(readText(image, '/db/log')).toBe('a')
      expect(await image.lockHolder('/db')).toBeUndefined()
      await image.lock('/db')
      const other = image.open('/db/log', 'write', 'wal')
      other.appendSync(bytesOf('!'))
      other.syncSync()
    }
    expect(textOf(handle)).toBe('Xb')
    expect(await fs.lockHolder('/db')).toBeDefined()
  })
})

test('a full disk takes what fits, and space that is freed can be used', () => {
  const fs = new MemoryFileSystem({ capacityBytes: 10 })
  writeText(fs, '/old', '12345')
  const handle = fs.open('/new', 'create', 'wal')
  handle.appendSync(bytesOf('abc'))
  expect(() => handle.appendSync(bytesOf('defg'))).toThrow(expect.objectContaining({ code: 'NO_SPACE', file: '/new' }))
  expect([handle.sizeSync(), textOf(handle)]).toEqual([5, 'abcde'])
  handle.writeSync(bytesOf('ABC'), 0)
  fs.unlinkSync('/old')
  handle.appendSync(bytesOf('fghij'))
  expect(textOf(handle)).toBe('ABCdefghij')
  expect(() => handle.appendSync(bytesOf('!'))).toThrow(/cannot append to \/new: ENOSPC/)
  fs.capacityBytes = 100
  handle.appendSync(bytesOf('!'))
})
