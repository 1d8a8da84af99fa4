import { describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { benignChoices } from '../../src/testing/choices.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import {
  diskOf,
  expectRefusal,
  type Files,
  filesOf,
  flipped,
  nameLike,
  openOn,
  STORE,
} from '../support/recovery-disk.ts'

/** A killed store, of which the last log holds several memtables of 4 KiB and is damaged behind them. */
async function damagedBehindMemtables(): Promise<Files> {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk)
  for (let i = 0; i < 40; i++) await store.put(`key ${i}`, 'v'.repeat(500))
  const files = filesOf(disk)
  await store.close()
  const log = nameLike(files, /\.wal$/)
  return files.set(log, flipped(files.get(log)!, files.get(log)!.length - 1500))
}

const OPTIONS = { memtableBytes: 4096, recovery: 'absolute' } as const

describe('an opening that is refused behind a full memtable', () => {
  test('has written tables meanwhile, and leaves none behind', async () => {
    const disk = diskOf(await damagedBehindMemtables())
    const calls = new FaultyFileSystem(disk)
    await expect(openOn(calls, OPTIONS)).rejects.toMatchObject({ code: 'CORRUPTION' })
    const made = calls.calls.filter(({ operation, path }) => operation === 'unlink' && path.endsWith('.sst'))
    expect(made.length).toBeGreaterThan(1)
    await expectRefusal(disk, 'CORRUPTION', OPTIONS)
  })

  test('is refused for the damage also where the tables cannot be removed, which only an unclean opening does later', async () => {
    const disk = diskOf(await damagedBehindMemtables())
    const faulty = new FaultyFileSystem(disk, ({ operation }) =>
      operation === 'unlink' ? { error: 'EIO' } : undefined,
    )
    const tables = (): string[] => disk.list(STORE).filter((name) => name.endsWith('.sst'))
    const warnings: string[] = []
    const logger = { debug() {}, info() {}, error() {}, warn: (line: string) => void warnings.push(line) }
    await expect(openOn(faulty, { ...OPTIONS, logger })).rejects.toMatchObject({ code: 'CORRUPTION' })
    expect(warnings.filter((line) => line.includes('could not be removed'))).toHaveLength(tables().length)
    const left = tables()
    expect(left.length).toBeGreaterThan(1)
    const store = await openOn(disk, { ...OPTIONS, recovery: 'point-in-time' })
    expect(await store.get('key 0')).toBe('v'.repeat(500))
    await store.verify()
    expect(left.filter((name) => tables().includes(name))).toEqual([])
    await store.close()
  })
})

describe('an opening that makes the store and cannot make its name durable', () => {
  test('removes it again: the next one makes it anew, and a power cut leaves that', async () => {
    const disk = new SimulatedFileSystem()
    disk.faults = ({ operation }) => (operation === 'syncDirectory' ? { error: 'EIO', pages: 'clean-kept' } : undefined)
    await expect(openOn(disk)).rejects.toMatchObject({ code: 'IO' })
    disk.faults = undefined
    expect(disk.status(STORE)).toBeUndefined()
    expect(disk.openFiles).toBe(0)
    const store = await openOn(disk)
    expect(store.recovery.created).toBe(true)
    await store.put('a', '1')
    const cut = disk.crash(benignChoices, 'synced-only')
    await store.close()
    const again = await openOn(cut, { createIfMissing: false })
    expect(await again.get('a')).toBe('1')
    await again.close()
  })

  test('leaves a directory that was there before, and what is in it', async () => {
    const disk = new SimulatedFileSystem()
    disk.makeDirectory(STORE)
    disk.faults = ({ operation }) => (operation === 'syncDirectory' ? { error: 'EIO' } : undefined)
    await expect(openOn(disk)).rejects.toMatchObject({ code: 'IO' })
    expect(disk.status(STORE)?.kind).toBe('directory')
  })
})
