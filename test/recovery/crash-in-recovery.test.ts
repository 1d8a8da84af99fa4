import { beforeAll, describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { HandleCounter, isChange } from '../support/recovery-calls.ts'
import { contentsOf, filesOf, openOn, recovered, STORE } from '../support/recovery-disk.ts'
import { seededNumbers } from '../support/seeded-numbers.ts'

const OPTIONS = { memtableBytes: 400, blockBytes: 64, syncIntervalMs: 3_600_000 }

/** What a killed writer left: tables, a log that fills several memtables, a torn tail, a file that nothing names, and one that is not ours. */
let left: MemoryFileSystem
let contents: Record<string, string>

beforeAll(async () => {
  const disk = new MemoryFileSystem()
  const before = await openOn(disk, OPTIONS)
  for (let i = 0; i < 6; i++) await before.put(`key ${i}`, 'x'.repeat(60))
  await before.flush()
  await before.delete('key 1')
  await before.close()
  const store = await openOn(disk, { ...OPTIONS, memtableBytes: 1 << 20 })
  for (let i = 2; i < 14; i++) await store.put(`key ${i}`, `${i}`.repeat(40), { durability: 'process' })
  await store.sync()
  contents = contentsOf(store)
  await store.put('torn', 'x', { durability: 'process' })
  left = disk.killed()
  const log = left.open(
    `${STORE}/${[...filesOf(left).keys()].filter((name) => name.endsWith('.wal')).at(-1)}`,
    'write',
    'wal',
  )
  log.truncateSync(log.sizeSync() - 1)
  for (const name of ['999999.sst', 'MANIFEST-000900', 'CURRENT.tmp', 'notes.txt']) {
    left.open(`${STORE}/${name}`, 'create', 'other').close()
  }
  left = left.crash()
  await store.close()
})

/** Opens and has every call fail from the k-th change on, as if the process had been stopped there. */
async function stopAt(
  disk: MemoryFileSystem,
  k: number,
): Promise<{ finished: boolean; created: string[]; open: readonly string[] }> {
  let changes = 0
  const counter = new HandleCounter(disk)
  const faulty = new FaultyFileSystem(counter.fileSystem, (call) => {
    if (isChange(call)) changes++
    return changes > k ? { error: 'EIO' } : undefined
  })
  const store = await openOn(faulty, OPTIONS).catch(() => undefined)
  const { created } = counter
  const finished = store !== undefined
  // A disk that fails may make closing fail, too; what it leaves is looked at.
  await store?.close().catch(() => {})
  return { finished, created, open: counter.open }
}

/** What the next opening may find. */
function images(disk: MemoryFileSystem, seed: number): MemoryFileSystem[] {
  const numbers = seededNumbers(seed)
  const byChance = (): MemoryFileSystem => disk.crash((choices) => numbers() % choices)
  return [disk.killed(), disk.powerCut(), byChance(), byChance()]
}

async function expectSettled(disk: MemoryFileSystem): Promise<void> {
  const first = await recovered(disk, OPTIONS)
  expect(first.contents).toEqual(contents)
  const second = await recovered(disk, OPTIONS)
  expect(second.contents).toEqual(contents)
  expect(second.sequence).toBe(first.sequence)
  expect(second.report.clean).toBe(true)
  const names = [...filesOf(disk).keys()]
  expect(names).toContain('notes.txt')
  expect(names.filter((name) => /999999|000900|tmp$|wal$/.test(name))).toEqual([])
}

describe('recovery that is cut short', () => {
  test('at any change of the disk, and once more at any, ends in the same state', async () => {
    let k = 0
    for (let finished = false; !finished; k++) {
      const disk = left.killed()
      ;({ finished } = await stopAt(disk, k))
      const [killed, powerCut, ...chance] = images(disk, k) as [MemoryFileSystem, MemoryFileSystem]
      for (const image of [killed.killed(), powerCut.killed(), ...chance]) await expectSettled(image)
      for (let again = k % 3; ; again += 3) {
        const image = again % 2 === 0 ? killed.killed() : powerCut.killed()
        const { finished: through } = await stopAt(image, again)
        for (const deeper of images(image, again).slice(1, 3)) await expectSettled(deeper)
        if (through) break
      }
    }
    expect(k).toBeGreaterThan(15)
  })

  test('closes what it opened and frees the lock', async () => {
    for (let k = 0; ; k++) {
      const disk = left.killed()
      const { finished, open } = await stopAt(disk, k)
      expect(open, `handles open when change ${k} failed`).toEqual([])
      expect(await disk.lockHolder(STORE)).toBeUndefined()
      if (finished) break
    }
  })

  test('never uses a file number again', async () => {
    const disk = left.killed()
    const seen = new Set(disk.list(STORE).map((name) => `${STORE}/${name}`))
    for (let k = 0; ; k++) {
      const { finished, created } = await stopAt(disk, k)
      for (const path of created.filter((each) => /\d/.test(each))) {
        expect(seen).not.toContain(path)
        const number = /\d+/.exec(path)![0]
        expect([...seen].filter((other) => other.includes(number))).toEqual([])
        seen.add(path)
      }
      if (finished) break
    }
  })
})

test('what is recovered is durable in tables, and named, before anything is removed or a write acknowledged', async () => {
  const faulty = new FaultyFileSystem(left.killed())
  const store = await openOn(faulty, OPTIONS)
  await store.put('new', 'x')
  const calls = faulty.calls.map(
    ({ operation, path }) => `${operation} ${path.slice(STORE.length + 1).replace(/\d+/, '#')}`,
  )
  const first = (call: string): number => calls.indexOf(call)
  const last = (call: string): number => calls.lastIndexOf(call)
  const renamed = first('rename CURRENT.tmp')
  expect(store.recovery.tablesFlushed).toBeGreaterThan(1)
  expect(calls.filter((call) => call === 'sync #.sst').length).toBeGreaterThanOrEqual(store.recovery.tablesFlushed)
  expect(first('append MANIFEST-#')).toBeGreaterThan(calls.slice(0, renamed).lastIndexOf('sync #.sst'))
  expect(calls.slice(0, renamed).lastIndexOf('sync MANIFEST-#')).toBeGreaterThan(
    calls.slice(0, renamed).lastIndexOf('append MANIFEST-#'),
  )
  expect(calls.slice(0, renamed)).toContain('sync CURRENT.tmp')
  const named = calls.indexOf('syncDirectory ', renamed)
  expect(named).toBeGreaterThan(renamed)
  const unlinks = calls.flatMap((call, i) => (call.startsWith('unlink') && call !== 'unlink CURRENT.tmp' ? [i] : []))
  expect(unlinks.length).toBeGreaterThan(3)
  expect(Math.min(...unlinks)).toBeGreaterThan(named)
  expect(first('append #.wal')).toBeGreaterThan(named)
  expect(last('sync #.wal')).toBeGreaterThan(last('append #.wal'))
  expect(store.recovery.filesRemoved).toEqual(expect.arrayContaining(['999999.sst', 'MANIFEST-000900']))
  await store.close()
})
