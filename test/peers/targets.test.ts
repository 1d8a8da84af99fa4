import { describe, expect, test } from 'vitest'
import type { SubjectName } from '../../bench/peers/cell.ts'
import { merged, type PeersResult, peersResultProblems } from '../../bench/peers/peers-result.ts'
import type { CellResult } from '../../bench/peers/rounds.ts'
import { limitTable, ratioOf, targetTable } from '../../bench/peers/targets.ts'

function cell(
  work: string,
  subject: SubjectName,
  rates: readonly number[],
  valueBytes = 100,
  records = 1000,
): CellResult {
  return {
    ...{ work, subject, shape: { records, valueBytes } },
    runs: rates.map((perSecond) => ({ operations: records, perSecond })),
  }
}

function verdictOf(cells: readonly CellResult[], work: string, against: string): string {
  return targetTable(cells).find((target) => target.work === work && target.against === against)!.verdict
}

describe('a ratio', () => {
  test('is that of the medians, with the least and most within a round', () => {
    expect(ratioOf([10, 30, 20], [10, 10, 5])).toEqual({ median: 2, least: 1, most: 4 })
  })
})

describe('the table of targets', () => {
  test('says of each work whether it reaches the goal, the least, or neither', () => {
    const own = cell('get-sync', 'varve', [300])
    const against = (rate: number): string =>
      verdictOf([own, cell('get-sync', 'classic-level', [rate])], 'get, sync', 'classic-level')
    expect([100, 150, 300].map(against)).toEqual(['goal', 'met', 'MISSED'])
  })

  test('takes the best of what a peer has, and other sizes of values not at all', () => {
    const scans = [
      cell('scan-batch', 'varve', [600]),
      cell('scan-sync', 'lmdb', [300]),
      cell('scan-batch', 'lmdb', [10]),
    ]
    expect(verdictOf(scans, 'scan, nextBatchSync', 'lmdb, its best')).toBe('MISSED')
    const larger = [cell('get-sync', 'varve', [300], 1024), cell('get-sync', 'lmdb', [1], 1024)]
    expect(verdictOf(larger, 'get, sync', 'lmdb')).toBe('not run')
  })

  test('compares results with equal numbers of records, the most that both have', () => {
    const own = [500, 1000, 2000].map((records) => cell('get-sync', 'varve', [records], 100, records))
    const peer = [500, 1000].map((records) => cell('get-sync', 'lmdb', [records / 2], 100, records))
    const ratioIn = (cells: readonly CellResult[]): number | undefined =>
      targetTable(cells).find(({ work, against }) => work === 'get, sync' && against === 'lmdb')!.ratio?.median
    expect(ratioIn([...own, ...peer])).toBe(2)
    expect(ratioIn([...own.slice(2), ...peer])).toBeUndefined()
  })
})

describe('limits', () => {
  const held = { peakResidentBytes: 300 * 2 ** 20, heldBytes: 149 * 2 ** 20, delayP99Ms: 19, delayMaxMs: 101 }

  test('are held against numbers beside the rate, memory against what the store reports', () => {
    const fill = cell('large-fillrandom', 'varve', [1])
    const limits = limitTable([{ ...fill, runs: [{ ...fill.runs[0]!, extras: held }] }])
    expect(limits.map(({ verdict }) => verdict)).toEqual(['met', 'MISSED', 'not run', 'MISSED', 'not run'])
    expect(limits[3]).toMatchObject({ measured: 300, atMost: 299 })
  })
})

describe('a result that is added to an earlier one', () => {
  const result = (commit: string, cells: readonly CellResult[]): PeersResult => ({
    schema: 'varve-peers/1',
    sessions: [{ commit } as PeersResult['sessions'][number]],
    cells: cells.map((each) => ({ ...each, session: 0 })),
    skipped: [],
  })

  test('replaces all subjects of its works, and forgets sessions of which nothing is left', () => {
    const first = result('a', [cell('get-sync', 'varve', [1]), cell('get-sync', 'lmdb', [2])])
    const second = merged(first, result('b', [cell('get-many', 'varve', [3])]))
    expect(second.cells.map(({ work, session }) => [work, session])).toEqual([
      ['get-sync', 0],
      ['get-sync', 0],
      ['get-many', 1],
    ])
    const third = merged(second, result('c', [cell('get-sync', 'varve', [4])]))
    expect(third.sessions.map(({ commit }) => commit)).toEqual(['b', 'c'])
    expect(third.cells.map(({ work, subject, session }) => [work, subject, session])).toEqual([
      ['get-many', 'varve', 0],
      ['get-sync', 'varve', 1],
    ])
    expect(peersResultProblems(third)).toEqual([])
  })

  test('is refused where it is none', () => {
    expect(peersResultProblems({ schema: 'other', sessions: [], cells: [{ session: 0, runs: [] }] })).toHaveLength(3)
    expect(peersResultProblems(null)).toHaveLength(1)
  })
})
