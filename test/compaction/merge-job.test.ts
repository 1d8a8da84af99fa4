import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { Kind } from '../../src/key/kind.ts'
import type { TableEntry } from '../../src/manifest/table-entry.ts'
import {
  DIRECTORY,
  drive,
  flushOf,
  itemsOf,
  type JobPlace,
  jobPlace,
  mergeOf,
  visibleItems,
} from '../support/job-fixture.ts'
import { numberedItems, numberedKey, type TableItem, tableItems } from '../support/table-fixture.ts'

function flushed(place: JobPlace, ...runs: readonly (readonly TableItem[])[]): TableEntry[] {
  return runs.flatMap((items, i) => drive(place, flushOf(place, i + 1, items)))
}

function newItems(count: number, from: number): TableItem[] {
  return numberedItems(count).map((item) => ({ ...item, sequence: item.sequence + from }))
}

describe('a flush', () => {
  test('makes one durable table with the newest versions, and asks for the syncs in order', () => {
    const fileSystem = new MemoryFileSystem()
    const place = jobPlace(fileSystem)
    fileSystem.syncDirectorySync('/')
    const steps: string[] = []
    const items = [
      ...numberedItems(200),
      ...newItems(50, 1000),
      { key: numberedKey(7), sequence: 5000, kind: Kind.Delete, value: new Uint8Array(0) },
    ]
    const [table, ...others] = drive(
      place,
      flushOf(place, 1, items),
      ({ kind }) => steps.at(-1) !== kind && steps.push(kind),
    )
    expect(others).toEqual([])
    expect(steps).toEqual(['slice', 'sync', 'sync-directory', 'slice'])
    expect(table).toMatchObject({ number: 1, level: 0, run: 1, tombstones: 1, oldestMs: 1, newestMs: 2 })
    expect(itemsOf(fileSystem.powerCut(), [table!])).toEqual(visibleItems(items, []))
  })

  test('syncs a large table while it is written: little is left for its end', () => {
    const fileSystem = new MemoryFileSystem()
    const place = jobPlace(fileSystem)
    const growth: number[] = []
    let synced = 0
    drive(place, flushOf(place, 1, numberedItems(2600, 4096)), (step) => {
      if (step.kind !== 'sync') return
      growth.push(step.file.sizeSync() - synced)
      synced = step.file.sizeSync()
    })
    expect(growth).toHaveLength(3)
    for (const bytes of growth) expect(bytes).toBeLessThan(4.5 * 2 ** 20)
  })

  test('of nothing makes no file', () => {
    const place = jobPlace(new MemoryFileSystem())
    expect(drive(place, flushOf(place, 1, []))).toEqual([])
    expect(place.fileSystem.list(DIRECTORY)).toEqual([])
  })
})

describe('a merge', () => {
  test('keeps what its readers need, for any inputs', () => {
    fc.assert(
      fc.property(tableItems(), fc.array(fc.nat(22), { maxLength: 3 }), fc.nat(3), (drawn, snapshots, split) => {
        const items = drawn.map((item) => (item.kind === Kind.Delete ? { ...item, value: new Uint8Array(0) } : item))
        const place = jobPlace(new MemoryFileSystem())
        snapshots.sort((a, b) => a - b)
        const runs = Array.from({ length: split + 1 }, (_, run) =>
          items.filter((item) => item.sequence % (split + 1) === run),
        )
        const inputs = runs.flatMap((run, i) => drive(place, flushOf(place, i + 1, visibleItems(run, []))))
        const before = itemsOf(place.fileSystem, inputs)
        const outputs = drive(place, mergeOf(place, inputs, { snapshots, tableBytes: 600 }))
        const oldest = snapshots[0] ?? Number.MAX_SAFE_INTEGER
        const needed = visibleItems(before, snapshots).filter(
          (item) => item.kind === Kind.Put || item.sequence > oldest,
        )
        expect(itemsOf(place.fileSystem, outputs)).toEqual(needed)
        expect(place.open).toBe(0)
      }),
      { seed: 13, numRuns: 60 },
    )
  })

  test('cuts its outputs at their size and at boundaries, never within the versions of one key', () => {
    const place = jobPlace(new MemoryFileSystem())
    const inputs = flushed(place, numberedItems(300, 40), newItems(300, 1000))
    const bySize = drive(place, mergeOf(place, inputs))
    expect(bySize.length).toBeGreaterThan(2)
    for (const table of bySize.slice(0, -1)) expect(table.bytes).toBeGreaterThan(4000)
    expect(Math.max(...bySize.map((table) => table.bytes))).toBeLessThan(6000)

    const boundaries = [numberedKey(5), numberedKey(60), numberedKey(130)]
    const cut = drive(place, mergeOf(place, inputs, { boundaries, numbers: { first: 200, count: 50 } }))
    expect(cut.slice(1, 3).map((table) => table.smallest)).toEqual([numberedKey(60), numberedKey(130)])

    const versions = Array.from({ length: 100 }, (_, i) => newItems(1, i * 10)[0]!)
    const oneKey = versions.flatMap((item, i) => drive(place, flushOf(place, 300 + i, [item])))
    const snapshots = versions.map((item) => item.sequence)
    const whole = drive(
      place,
      mergeOf(place, oneKey, { tableBytes: 100, snapshots, numbers: { first: 500, count: 200 } }),
    )
    expect(whole.map((table) => table.entries)).toEqual([100])
  })

  test('never needs more numbers than it was given', () => {
    const place = jobPlace(new MemoryFileSystem())
    const inputs = flushed(place, numberedItems(300, 40))
    const outputs = drive(place, mergeOf(place, inputs, { numbers: { first: 100, count: 2 } }))
    expect(outputs.map((table) => table.number)).toEqual([100, 101])
    expect(itemsOf(place.fileSystem, outputs)).toHaveLength(300)
  })

  test('yields within every slice of work, also while nothing survives', () => {
    const place = jobPlace(new MemoryFileSystem())
    const deletes = numberedItems(500).map((item) => ({ ...item, kind: Kind.Delete, value: new Uint8Array(0) }))
    const inputs = flushed(place, deletes)
    let slices = 0
    expect(drive(place, mergeOf(place, inputs), () => slices++)).toEqual([])
    expect(slices).toBeGreaterThanOrEqual(Math.floor((500 * (32 + 10)) / 2048))
    expect(place.fileSystem.list(DIRECTORY)).toEqual(['000001.sst'])
  })

  test('describes its outputs by plain data that may be sent', () => {
    const place = jobPlace(new MemoryFileSystem())
    const inputs = flushed(place, numberedItems(100), newItems(100, 1000))
    const outputs = drive(place, mergeOf(place, structuredClone(inputs), { level: 3, run: 4 }))
    expect(structuredClone(outputs)).toEqual(outputs)
    expect(outputs[0]).toMatchObject({ number: 100, level: 3, run: 4, oldestMs: 1, newestMs: 3 })
  })
})
