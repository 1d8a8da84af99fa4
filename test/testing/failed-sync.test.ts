import { describe, expect, test } from 'vitest'
import { recordedChoices } from '../../src/testing/choices.ts'
import type { PageFate } from '../../src/testing/disk-profile.ts'
import { failOnce } from '../../src/testing/fault-plan.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { bytesOf, codeOf, readText, textOf, writeText } from '../support/bytes-text.ts'
import { contentsAfterCrash, diskWithFile, namesAfterCrash } from '../support/simulated-disk.ts'

/** A file of a durable 'a' and an un-synced 'b', whose next sync fails. */
function failingDisk(pages?: PageFate) {
  const disk = diskWithFile('posix-minimal', 'a')
  const handle = disk.open('/file', 'write', 'other')
  handle.appendSync(bytesOf('b'))
  const fault = { error: 'EIO' } as const
  disk.faults = failOnce(pages === undefined ? fault : { ...fault, pages }, { operation: 'sync' })
  return { disk, handle }
}

describe('the pages of a failed sync', () => {
  test('that are kept may be on the disk or not, until a later sync writes them', () => {
    const { disk, handle } = failingDisk('kept')
    expect(() => handle.syncSync()).toThrow(expect.objectContaining({ code: 'IO' }))
    expect(contentsAfterCrash(disk)).toEqual(new Set(['a', 'ab', 'a\0']))
    handle.syncSync()
    expect(contentsAfterCrash(disk)).toEqual(new Set(['ab']))
  })

  test('that are marked clean are read, survive a kill, and are never written by a sync', () => {
    const { disk, handle } = failingDisk('clean-kept')
    expect(() => handle.syncSync()).toThrow(/EIO/)
    handle.syncSync()
    expect(textOf(handle)).toBe('ab')
    expect(readText(disk.killed(), '/file')).toBe('ab')
    for (const image of [disk, disk.killed(), disk.fork()]) expect(contentsAfterCrash(image)).toEqual(new Set(['a']))
    expect(readText(disk.crash(undefined, 'all-persisted'), '/file')).toBe('a')
    expect(disk.unsyncedCount).toBe(1)
  })

  test('that are marked clean leave a hole where what follows them is synced, and are written with their sector', () => {
    const { disk, handle } = failingDisk('clean-kept')
    handle.appendSync(bytesOf('b'.repeat(510)))
    expect(() => handle.syncSync()).toThrow(/EIO/)
    handle.appendSync(bytesOf('c'))
    handle.syncSync()
    expect(contentsAfterCrash(disk)).toEqual(new Set([`a${'\0'.repeat(511)}c`]))
    handle.writeSync(bytesOf('X'), 1)
    handle.syncSync()
    expect(contentsAfterCrash(disk)).toEqual(new Set([`aX${'b'.repeat(510)}c`]))
    expect(disk.unsyncedCount).toBe(0)
  })

  test('that are marked clean stay lost under later writes to other sectors, and come back with one to their own', () => {
    const { disk, handle } = failingDisk('clean-kept')
    handle.appendSync(bytesOf('b'.repeat(511)))
    expect(() => handle.syncSync()).toThrow(/EIO/)
    handle.writeSync(bytesOf('c'), 512)
    const shapes = (): string[] => [...contentsAfterCrash(disk)].map((text) => text.replace(/([b\0])\1+/g, '$1$1'))
    for (const shape of shapes()) expect(shape).toMatch(/^a(\0\0[c\0]?)?$/)
    expect(shapes()).toContain('a\0\0c')
    handle.writeSync(bytesOf('d'), 1)
    expect(shapes()).toContain('adbbc')
    expect(shapes()).toContain('a\0\0c')
  })

  test('that are reverted are gone for readers too', () => {
    const { disk, handle } = failingDisk('reverted')
    expect(() => handle.syncSync()).toThrow(/EIO/)
    expect([textOf(handle), handle.sizeSync()]).toEqual(['a', 1])
    handle.appendSync(bytesOf('c'))
    handle.syncSync()
    expect(contentsAfterCrash(disk)).toEqual(new Set(['ac']))
  })

  test('whose error comes late are lost behind a sync that succeeded', async () => {
    const { disk, handle } = failingDisk('late')
    handle.syncSync()
    expect(contentsAfterCrash(disk)).toEqual(new Set(['a']))
    handle.appendSync(bytesOf('c'))
    await expect(handle.sync()).rejects.toThrow(/EIO/)
    await handle.sync()
  })

  test('meet what the profile says, and its choices where there are several fates', () => {
    const found = (['ext4-ordered', 'btrfs'] as const).map((profile) => {
      const disk = new SimulatedFileSystem({ profile })
      const handle = disk.open('/file', 'create', 'other')
      handle.appendSync(bytesOf('x'))
      disk.faults = failOnce({ error: 'EIO' }, { operation: 'sync' })
      expect(() => handle.syncSync()).toThrow(/EIO/)
      return [handle.sizeSync(), disk.crash().status('/file')?.size]
    })
    expect(found).toEqual([
      [1, 0],
      [0, 0],
    ])
    const late = new SimulatedFileSystem({ choices: recordedChoices([3]) })
    const handle = late.open('/file', 'create', 'other')
    late.faults = failOnce({ error: 'EIO' }, { operation: 'sync' })
    handle.syncSync()
    expect(() => handle.syncSync()).toThrow(/EIO/)
  })
})

test('an error is reported once by each descriptor that was open, and by none that came later', async () => {
  const { disk, handle } = failingDisk('clean-kept')
  const second = disk.open('/file', 'write', 'other')
  expect(() => handle.syncSync()).toThrow(/EIO/)
  const third = disk.open('/file', 'write', 'other')
  const outcomes = []
  for (const open of [handle, second, second, third]) outcomes.push(await codeOf(() => open.syncSync()))
  expect(outcomes).toEqual(['none', 'IO', 'none', 'none'])
})

test('an error that comes late is reported after the one that was due', async () => {
  const { disk, handle } = failingDisk('clean-kept')
  const second = disk.open('/file', 'write', 'other')
  expect(() => handle.syncSync()).toThrow(/EIO/)
  disk.faults = failOnce({ error: 'ENOSPC', pages: 'late' }, { operation: 'sync' })
  const outcomes = []
  for (const open of [second, second, second]) outcomes.push(await codeOf(() => open.syncSync()))
  expect(outcomes).toEqual(['IO', 'NO_SPACE', 'none'])
})

describe('the names of a failed directory sync', () => {
  function failingNames(pages: PageFate): SimulatedFileSystem {
    const disk = diskWithFile('posix-minimal', '')
    writeText(disk, '/new', '')
    disk.faults = failOnce({ error: 'EIO', pages }, { operation: 'syncDirectory' })
    return disk
  }

  test('may be kept, and written later', () => {
    const disk = failingNames('kept')
    expect(() => disk.syncDirectorySync('/')).toThrow(/EIO/)
    expect(namesAfterCrash(disk)).toEqual(new Set(['file', 'file new']))
    disk.syncDirectorySync('/')
    expect(namesAfterCrash(disk)).toEqual(new Set(['file new']))
  })

  test('may be marked clean, and then no sync writes them, while others are', () => {
    const disk = failingNames('clean-kept')
    expect(() => disk.syncDirectorySync('/')).toThrow(/EIO/)
    writeText(disk, '/third', '')
    disk.syncDirectorySync('/')
    expect(disk.killed().list('/').sort()).toEqual(['file', 'new', 'third'])
    expect(namesAfterCrash(disk)).toEqual(new Set(['file third']))
    expect(namesAfterCrash(disk.killed())).toEqual(new Set(['file third']))
    expect(disk.unsyncedCount).toBe(1)
  })

  test('may be taken back, and the error may come late', async () => {
    const reverted = failingNames('reverted')
    await expect(reverted.syncDirectory('/')).rejects.toThrow(/EIO/)
    expect(reverted.list('/')).toEqual(['file'])
    const late = failingNames('late')
    late.syncDirectorySync('/')
    expect(namesAfterCrash(late)).toEqual(new Set(['file']))
    expect(() => late.fork().syncDirectorySync('/')).toThrow(/EIO/)
    expect(() => late.syncDirectorySync('/')).toThrow(/EIO/)
    late.syncDirectorySync('/')
  })
})
