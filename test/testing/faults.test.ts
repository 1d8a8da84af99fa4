import { describe, expect, test } from 'vitest'
import { recordedChoices, seededChoices } from '../../src/testing/choices.ts'
import {
  chosenFaults,
  type FaultPlan,
  type FileCall,
  failForGood,
  failNth,
  failOnce,
} from '../../src/testing/fault-plan.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { bytesOf, codeOf, readText, textOf, writeText } from '../support/bytes-text.ts'

function withFile(text: string): SimulatedFileSystem {
  const disk = new SimulatedFileSystem()
  writeText(disk, '/file', text)
  return disk
}

describe('a fault', () => {
  test('stops a call before it takes effect, in both forms', async () => {
    const disk = withFile('ab')
    const handle = disk.open('/file', 'write', 'wal')
    disk.faults = () => ({ error: 'EACCES' })
    const calls = [
      () => disk.status('/file'),
      () => disk.list('/'),
      () => disk.makeDirectory('/d'),
      () => disk.open('/other', 'create', 'wal'),
      () => disk.rename('/file', '/file2'),
      () => disk.unlinkSync('/file'),
      () => disk.lock('/'),
      () => disk.lockHolder('/'),
      () => handle.readSync(new Uint8Array(1), 0),
      () => handle.read(new Uint8Array(1), 0),
      () => handle.appendSync(bytesOf('c')),
      () => handle.append(bytesOf('c')),
      () => handle.write(bytesOf('c'), 0),
      () => handle.truncateSync(0),
      () => handle.truncate(0),
      () => handle.sync(),
      () => disk.syncDirectory('/'),
    ]
    for (const call of calls) expect(await codeOf(call)).toBe('IO')
    disk.faults = undefined
    expect([disk.list('/'), textOf(handle)]).toEqual([['file'], 'ab'])
    handle.close()
    expect(disk.openFiles).toBe(0)
  })

  test('lets a part of the bytes through, and names the system error', async () => {
    const disk = withFile('')
    const handle = disk.open('/file', 'write', 'wal')
    disk.faults = failOnce({ error: 'ENOSPC', afterBytes: 2 })
    expect(() => handle.appendSync(bytesOf('abcd'))).toThrow(
      expect.objectContaining({ code: 'NO_SPACE', file: '/file' }),
    )
    disk.faults = failOnce({ error: 'EIO', afterBytes: 1 })
    await expect(handle.append(bytesOf('cd'))).rejects.toThrow(/EIO/)
    expect(textOf(handle)).toBe('abc')
  })

  test('may come after the whole effect', async () => {
    const disk = withFile('ab')
    disk.faults = () => ({ error: 'EIO', afterEffect: true })
    expect(await codeOf(() => disk.rename('/file', '/moved'))).toBe('IO')
    expect(await codeOf(() => disk.open('/new', 'create', 'wal'))).toBe('IO')
    disk.faults = undefined
    const handle = disk.open('/moved', 'write', 'wal')
    disk.faults = () => ({ error: 'EIO', afterEffect: true })
    expect(await codeOf(() => handle.append(bytesOf('cd')))).toBe('IO')
    expect(await codeOf(() => handle.truncate(3))).toBe('IO')
    disk.faults = undefined
    expect([disk.list('/').sort(), textOf(handle)]).toEqual([['moved', 'new'], 'abc'])
  })

  test('may shorten a read and nothing else', async () => {
    const disk = withFile('abcd')
    disk.faults = () => ({ shortBytes: 1 })
    const handle = disk.open('/file', 'write', 'wal')
    const target = new Uint8Array(4)
    expect([handle.readSync(target, 1), await handle.read(target, 0)]).toEqual([1, 1])
    handle.appendSync(bytesOf('e'))
    handle.syncSync()
    disk.syncDirectorySync('/')
    expect(readText(disk.crash(), '/file')).toBe('abcde')
  })

  test('ends with the life of its disk, a full disk does not', () => {
    const disk = new SimulatedFileSystem({ capacityBytes: 2 })
    disk.faults = () => ({ error: 'EIO' })
    for (const image of [disk.killed(), disk.crash(), disk.fork()]) {
      const handle = image.open('/file', 'create', 'wal')
      expect(() => handle.appendSync(bytesOf('abc'))).toThrow(expect.objectContaining({ code: 'NO_SPACE' }))
      expect(textOf(handle)).toBe('ab')
      image.capacityBytes = 3
      handle.appendSync(bytesOf('c'))
    }
  })
})

describe('a plan', () => {
  const call = (index: number, fields: Partial<FileCall> = {}): FileCall => {
    return { operation: 'append', path: '/db/log', category: 'wal', index, bytes: 1, ...fields }
  }
  const failing = (plan: FaultPlan, calls: readonly FileCall[]): number[] =>
    calls.flatMap((each, at) => (plan(each) === undefined ? [] : [at]))
  const ten = Array.from({ length: 10 }, (_, index) => call(index))

  test('counts the calls that it means', () => {
    expect(failing(failNth(3, { error: 'EIO' }), ten)).toEqual([3])
    expect(failing(failOnce({ error: 'EIO' }), ten)).toEqual([0])
    expect(failing(failForGood({ error: 'EIO' }, {}, 7), ten)).toEqual([7, 8, 9])
    const mixed = [
      call(0, { category: 'flush' }),
      call(1, { operation: 'sync' }),
      call(2, { path: '/db/other' }),
      call(3),
    ]
    const pattern = { operation: 'append', category: 'wal', path: 'log' } as const
    expect(failing(failForGood({ error: 'EIO' }, pattern), mixed)).toEqual([3])
    expect(failing(failNth(1, { error: 'EIO' }, pattern), [...mixed, ...mixed])).toEqual([7])
  })

  test('of choices fails nothing for 0, and the n-th call for n', () => {
    const plan = (list: number[]): FaultPlan => chosenFaults(recordedChoices(list), { within: 4 })
    expect(failing(plan([]), ten)).toEqual([])
    expect(failing(plan([2]), ten)).toEqual([1])
    expect(failing(plan([0, 1, 3]), ten)).toEqual([4, 7])
    const kinds = chosenFaults(recordedChoices([1, 1]), { faults: [{ error: 'EIO' }, { error: 'ENOSPC' }] })
    expect(kinds(call(0))).toEqual({ error: 'ENOSPC' })
    const often = failing(
      chosenFaults(seededChoices(1), { within: 10 }),
      Array.from({ length: 1000 }, (_, at) => call(at)),
    )
    expect(often.length).toBeGreaterThan(100)
    expect(often.length).toBeLessThan(300)
  })
})
