import { describe, expect, test } from 'vitest'
import { type ProfileName, profileNames } from '../../src/testing/disk-profile.ts'
import { bytesOf, readText, writeText } from '../support/bytes-text.ts'
import { afterEveryCrash, contentsAfterCrash, diskWithFile, namesAfterCrash } from '../support/simulated-disk.ts'

const anyOrder: readonly ProfileName[] = ['posix-minimal', 'paranoid']

describe.each(profileNames)('names on a %s disk', (profile) => {
  test('come and go as the profile allows', () => {
    const disk = diskWithFile(profile, '')
    writeText(disk, '/a', '')
    writeText(disk, '/b', '')
    const found = [...namesAfterCrash(disk)].sort()
    if (profile === 'synced-only') expect(found).toEqual(['file'])
    else if (profile === 'all-persisted') expect(found).toEqual(['a b file'])
    else if (anyOrder.includes(profile)) expect(found).toEqual(['a b file', 'a file', 'b file', 'file'])
    else expect(found).toEqual(['a b file', 'a file', 'file'])
  })

  test('a replaced file is the old or the new one; only a paranoid disk knows neither, or both', () => {
    const disk = diskWithFile(profile, 'old')
    writeText(disk, '/file.tmp', 'new')
    disk.open('/file.tmp', 'write', 'other').syncSync()
    disk.syncDirectorySync('/')
    disk.rename('/file.tmp', '/file')
    const found = contentsAfterCrash(disk)
    const both = profile === 'synced-only' ? ['old'] : profile === 'all-persisted' ? ['new'] : ['old', 'new']
    expect(found).toEqual(new Set(profile === 'paranoid' ? [...both, 'gone'] : both))
    expect(namesAfterCrash(disk).has('file file.tmp')).toBe(profile !== 'all-persisted')
    const twice = afterEveryCrash(disk, (image) =>
      image.status('/file') !== undefined && image.status('/file.tmp') !== undefined ? readText(image, '/file') : '',
    )
    expect(twice.has('new')).toBe(profile === 'paranoid')
  })

  test('of a synced directory stay, and killing a process takes none', () => {
    const disk = diskWithFile(profile, '')
    writeText(disk, '/a', '')
    disk.unlinkSync('/file')
    expect(disk.killed().list('/')).toEqual(['a'])
    disk.syncDirectorySync('/')
    expect(namesAfterCrash(disk)).toEqual(new Set(['a']))
  })
})

test.each(profileNames)('over two directories, a %s disk keeps their order or does not', (profile) => {
  const disk = diskWithFile(profile, '')
  disk.makeDirectory('/d')
  disk.syncDirectorySync('/')
  writeText(disk, '/d/first', '')
  writeText(disk, '/second', '')
  const found = afterEveryCrash(disk, (image) => [...image.list('/d'), ...image.list('/')].join(' '))
  const keepsOrder = !['file-prefix', 'posix-minimal', 'paranoid'].includes(profile)
  expect([...found].some((names) => names.includes('second') && !names.includes('first'))).toBe(!keepsOrder)
})

test('a global-prefix disk never has a later write without an earlier one, in whatever file', () => {
  const disk = diskWithFile('global-prefix', '')
  const log = disk.open('/file', 'write', 'other')
  log.appendSync(bytesOf('1'))
  writeText(disk, '/other', '2')
  log.appendSync(bytesOf('3'))
  const found = afterEveryCrash(disk, (image) => {
    const other = image.status('/other') === undefined ? '-' : readText(image, '/other')
    return `${readText(image, '/file')}/${other}`
  })
  expect([...found].sort()).toEqual(['/-', '1/', '1/-', '1/2', '13/2'])
})

test('a rename over directories may leave both names or none on a disk without order, never on one with a journal', () => {
  const places = (profile: ProfileName): number[] => {
    const disk = diskWithFile(profile, '')
    disk.makeDirectory('/d')
    disk.syncDirectorySync('/')
    disk.rename('/file', '/d/file')
    const found = afterEveryCrash(disk, (image) => `${image.list('/d').length + image.list('/').length - 1}`)
    return [...found].map(Number).sort()
  }
  expect(places('posix-minimal')).toEqual([0, 1, 2])
  expect(places('ext4-ordered')).toEqual([1])
  expect(places('global-prefix')).toEqual([1])
})
