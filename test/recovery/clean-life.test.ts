import { describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { isChange } from '../support/recovery-calls.ts'
import {
  contentsOf,
  diskOf,
  expectRefusal,
  filesOf,
  flipped,
  nameLike,
  openOn,
  recovered,
} from '../support/recovery-disk.ts'
import { appendEdit, ForgedLog, manifestStateOf, newestLogHeader } from '../support/recovery-forge.ts'

/** A store that was closed with `a` and `b` in its sealed log. */
async function closedStore(): Promise<MemoryFileSystem> {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk)
  await store.put('a', '1')
  await store.put('b', '2')
  await store.close()
  return disk
}

describe('a life without writes', () => {
  test('leaves every byte as it was, and calls nothing that could change one', async () => {
    const disk = await closedStore()
    const before = filesOf(disk)
    for (let life = 0; life < 3; life++) {
      const faulty = new FaultyFileSystem(disk)
      const store = await openOn(faulty)
      expect(contentsOf(store)).toEqual({ a: '1', b: '2' })
      await store.verify()
      await store.sync()
      await store.close()
      expect(faulty.calls.filter(isChange)).toEqual([])
      expect(filesOf(disk)).toEqual(before)
    }
  })

  test('also of a store that was only made', async () => {
    const disk = new MemoryFileSystem()
    await (await openOn(disk)).close()
    const before = filesOf(disk)
    expect(await recovered(disk)).toMatchObject({ contents: {}, sequence: 0, report: { created: false, clean: true } })
    expect(filesOf(disk)).toEqual(before)
  })
})

describe('a sealed log', () => {
  test('is replayed whole, and exactly that', async () => {
    const { contents, sequence, report } = await recovered(await closedStore())
    expect(contents).toEqual({ a: '1', b: '2' })
    expect(sequence).toBe(2)
    expect(report).toMatchObject({
      clean: true,
      groupsReplayed: 2,
      operationsReplayed: 2,
      firstSequence: 1,
      lastSequence: 2,
    })
    expect(report.logs).toHaveLength(1)
  })

  test('of every life is kept until a flush, which comes before there are ten, and then removed', async () => {
    const disk = new MemoryFileSystem()
    const expected: Record<string, string> = {}
    for (let life = 1; life <= 20; life++) {
      const store = await openOn(disk)
      expect(contentsOf(store)).toEqual(expected)
      expect(store.recovery.logs.length).toBeLessThan(10)
      if (life < 10) expect(store.recovery.logs).toHaveLength(life - 1)
      await store.put(`key ${life % 7}`, `life ${life}`)
      if (life % 3 === 0) await store.delete(`key ${(life + 1) % 7}`)
      expected[`key ${life % 7}`] = `life ${life}`
      if (life % 3 === 0) delete expected[`key ${(life + 1) % 7}`]
      await store.close()
    }
    expect(manifestStateOf(disk).sealedLogs.length).toBeLessThan(10)
    const store = await openOn(disk)
    await store.flush()
    await store.close()
    expect([...filesOf(disk).keys()].filter((name) => name.endsWith('.wal')).length).toBeLessThanOrEqual(1)
    expect(await recovered(disk)).toMatchObject({ contents: expected, sequence: 26, report: { clean: true } })
  })

  test('is still replayed after an unclean end of the life behind it', async () => {
    const disk = await closedStore()
    const store = await openOn(disk)
    await store.put('c', '3')
    for (const image of [disk.killed(), disk.powerCut(), disk.crash()]) {
      const found = await recovered(image)
      expect(found).toMatchObject({ contents: { a: '1', b: '2', c: '3' }, sequence: 3, report: { clean: false } })
      expect(await recovered(image)).toMatchObject({ contents: found.contents, sequence: 3, report: { clean: true } })
    }
    await store.close()
  })
})

describe('a sealed log that is not what the manifest says is refused, and nothing is touched: it is', () => {
  const damages: Record<string, (log: Uint8Array, other: Uint8Array) => Uint8Array | undefined> = {
    missing: () => undefined,
    empty: () => new Uint8Array(0),
    'a header and no more': (log) => log.slice(0, 64),
    'a byte shorter': (log) => log.slice(0, -1),
    'a byte longer': (log) => Uint8Array.from([...log, 0]),
    'twice as long': (log) => Uint8Array.from([...log, ...log]),
    'without its seal': (log) => log.slice(0, -20),
    'damaged in the middle': (log) => flipped(log, 100),
    'damaged in its header': (log) => flipped(log, 20),
    'that of another store': (_log, other) => other,
    zeros: (log) => new Uint8Array(log.length),
  }
  for (const [name, damage] of Object.entries(damages)) {
    test(name, async () => {
      const files = filesOf(await closedStore())
      const other = filesOf(await closedStore())
      const log = nameLike(files, /\.wal$/)
      const damaged = damage(files.get(log)!, other.get(log)!)
      if (damaged === undefined) files.delete(log)
      else files.set(log, damaged)
      for (const recovery of ['strict-tail', 'absolute'] as const) {
        const error = await expectRefusal(diskOf(files), 'CORRUPTION', { recovery })
        expect(error.file).toContain(log)
      }
      await expectRefusal(diskOf(files), 'CORRUPTION', { readOnly: true })
    })
  }

  test('of the right length, but without a seal', async () => {
    const disk = await closedStore()
    const store = await openOn(disk)
    await store.put('c', '3')
    const image = disk.killed()
    await store.close()
    const number = newestLogHeader(image).number
    const log = new ForgedLog(image, newestLogHeader(image)).puts(3, 'c').synced()
    appendEdit(image, { clean: { number, length: log.length, lastSequence: 3 } })
    const error = await expectRefusal(image, 'CORRUPTION')
    expect(error.message).toContain('seal')
  })

  test('swapped with that of another life', async () => {
    const disk = await closedStore()
    const store = await openOn(disk)
    await store.put('a', '3')
    await store.put('b', '4')
    await store.close()
    const files = filesOf(disk)
    const [first, second] = [...files.keys()].filter((name) => name.endsWith('.wal')) as [string, string]
    const swapped = new Map([...files, [first, files.get(second)!], [second, files.get(first)!]] as const)
    await expectRefusal(diskOf(swapped), 'CORRUPTION')
  })
})

test("a damaged sealed log is given up from its damage on where recovery is 'point-in-time', later lives included", async () => {
  const disk = await closedStore()
  const store = await openOn(disk)
  await store.put('c', '3')
  const unclean = filesOf(disk)
  await store.close()
  for (const files of [filesOf(disk), unclean]) {
    const log = nameLike(files, /\.wal$/)
    const bytes = files.get(log)!
    for (const [damaged, expected] of [
      [flipped(bytes, -24), { a: '1' }],
      [flipped(bytes, 70), {}],
      [flipped(bytes, 5), {}],
      [undefined, {}],
    ] as const) {
      const copy = new Map(files)
      if (damaged === undefined) copy.delete(log)
      else copy.set(log, damaged)
      const image = diskOf(copy)
      const { contents, sequence, report } = await recovered(image, { recovery: 'point-in-time' })
      expect(contents).toEqual(expected)
      expect(sequence).toBe(Object.keys(expected).length)
      expect(report.droppedBytes).toBeGreaterThan(0)
      expect(report.droppedReason).toContain('sealed log')
      expect(await recovered(image)).toMatchObject({ contents: expected, sequence, report: { clean: true } })
    }
  }
})
