import fs from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type CellRequest, SIZES } from '../../bench/peers/cell.ts'
import { freshKey, shuffled, writeKey } from '../../bench/peers/records.ts'
import { plansOf } from '../../bench/peers/selection.ts'
import { openVarveLevel } from '../../bench/peers/stores/level-peer.ts'
import { openVarve, openVarveBTree } from '../../bench/peers/stores/varve-peer.ts'
import { load } from '../../bench/peers/work/load.ts'
import { WORKS } from '../../bench/peers/works.ts'

const RECORDS = 2000
const made: string[] = []

afterEach(() => {
  for (const directory of made.splice(0)) fs.rmSync(directory, { recursive: true, force: true })
})

async function requestOf(work: string): Promise<CellRequest> {
  const directory = await mkdtemp(join(tmpdir(), 'varve-peers-'))
  made.push(directory)
  const shape = { records: RECORDS, valueBytes: 100 }
  return {
    ...{ work, subject: 'varve', shape, milliseconds: 300, seed: 1, directory },
    sizes: SIZES,
    perSecond: 1e5,
  }
}

describe('keys', () => {
  test("are db_bench's: the number, big-endian, then zeros", () => {
    expect(freshKey(0x01020304).toString('hex')).toBe('00000000010203043030303030303030')
    expect([...writeKey(new Uint8Array(17), 1)].slice(7)).toEqual([1, 48, 48, 48, 48, 48, 48, 48, 48, 48])
  })

  test('are met once each in no order', () => {
    for (const count of [1000, 20_000, 200_000, 1_000_000]) {
      expect(new Set(Array.from({ length: count }, (_, i) => shuffled(i, count))).size).toBe(count)
    }
  })
})

describe('every work of Varve', () => {
  const able = WORKS.filter(({ subjects, name }) => subjects.includes('varve') && name !== 'open-log')
  // Works of other sizes run the same code once more.
  const works = able.filter(({ run }, i) => able.findIndex((each) => each.run === run) === i)

  test.each(works.map((work) => [work.name, work] as const))('%s runs to its end', async (_name, work) => {
    const request = await requestOf(work.name)
    const peer = await openVarve(request.directory, { ...SIZES, durability: work.durability })
    if (work.begins !== 'empty') await load(peer, request, 0)
    const run = await work.run(peer, request, 0)
    await peer.close()
    expect(run.operations).toBeGreaterThan(0)
    expect(run.perSecond).toBeGreaterThan(0)
  })

  test('runs on the B-tree as well, where it reads what was loaded', async () => {
    const request = await requestOf('scan-sync')
    const peer = await openVarveBTree(request.directory, { ...SIZES, durability: 'process' })
    await load(peer, request, 0)
    await WORKS.find(({ name }) => name === 'scan-sync')!.run(peer, request, 0)
    await expect(
      WORKS.find(({ name }) => name === 'get-sync')!.run(
        peer,
        { ...request, shape: { records: RECORDS, valueBytes: 99 } },
        0,
      ),
    ).rejects.toThrow('another value')
    await peer.close()
  })
})

test('puts at a pace tell no latencies where all of them are too early to be counted', async () => {
  const request = await requestOf('large-paced')
  const peer = await openVarve(request.directory, { ...SIZES, durability: 'process' })
  const { extras } = await WORKS.find(({ name }) => name === 'large-paced')!.run(peer, request, 0)
  await peer.close()
  expect(extras).toMatchObject({ wantedPerSecond: 1e5 })
  expect(extras).not.toHaveProperty('p999Ms')
})

describe('a store that is drained', () => {
  test('has done the merges that it wants, and no others unless everything is to be merged', async () => {
    const { directory } = await requestOf('fillrandom')
    const peer = await openVarveLevel(directory, { ...SIZES, durability: 'process' })
    const tables = (): number => fs.readdirSync(directory).filter((name) => name.endsWith('.sst')).length
    for (const i of [1, 2]) {
      await peer.put(freshKey(i), Buffer.alloc(100))
      await peer.drain(false)
      expect(tables()).toBe(i)
    }
    await peer.drain(true)
    expect(tables()).toBe(1)
    await peer.close()
  })
})

describe('a selection', () => {
  const all = { isTargetsOnly: false, isLarge: false, isScaling: false, records: undefined, valueBytes: [100, 1024] }

  test('names works, groups and subjects', () => {
    const plans = plansOf({ ...all, only: 'get-sync+lmdb,scans+varve' })
    expect(
      plans.filter(({ shape }) => shape.valueBytes === 100).map(({ work, subjects }) => [work.name, subjects[0]]),
    ).toEqual([
      ['get-sync', 'lmdb'],
      ...['scan-await', 'scan-sync', 'scan-batch', 'scan-backward', 'scan-50'].map((name) => [name, 'varve']),
    ])
    expect(() => plansOf({ ...all, only: 'nothing-like-this' })).toThrow('nothing is named like')
  })

  test('of large works, and of those that are plotted by size, has what they need', () => {
    expect(plansOf({ ...all, isLarge: true }).every(({ shape }) => shape.records === 1e7)).toBe(true)
    const scaling = plansOf({ ...all, isScaling: true, only: 'scale-get-sync' })
    expect(scaling.map(({ shape }) => shape.records)).toEqual([1e5, 1e6, 1e7])
  })

  test('of targets has nothing else', () => {
    const subjects = plansOf({ ...all, isTargetsOnly: true }).flatMap(({ work, subjects }) => [work.name, ...subjects])
    expect(subjects).toEqual(expect.arrayContaining(['bare', 'open-log']))
    expect(subjects).not.toContain('rocksdb-native')
    const large = plansOf({ ...all, isTargetsOnly: true, isLarge: true }).map(({ work }) => work.name)
    expect(large).toEqual(['large-fillrandom', 'large-paced'])
    expect(subjects).not.toContain('memory-level')
    expect(subjects).not.toContain('fillseq')
  })
})
