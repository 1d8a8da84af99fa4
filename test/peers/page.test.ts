import { describe, expect, test } from 'vitest'
import type { SubjectName } from '../../bench/peers/cell.ts'
import { commandsOf, type MeasuredCell, type PeersResult } from '../../bench/peers/peers-result.ts'
import { peersPage } from '../../bench/peers/report/page.ts'
import { peersTables } from '../../bench/peers/terminal.ts'
import { pagePath } from '../../bench/report/document.ts'

const EXTRAS = { delayP99Ms: 12, delayMaxMs: 130, heldBytes: 2 ** 27, peakResidentBytes: 2 ** 28 }

function cell(work: string, subject: SubjectName, rates: readonly number[], records = 1_000_000): MeasuredCell {
  const runs = rates.map((perSecond, i) => ({
    ...{ operations: records, perSecond },
    ...(work.startsWith('large') && { extras: EXTRAS }),
    ...(subject === 'db_bench' && { command: `db_bench --benchmarks=${work} --seed=${i}` }),
  }))
  return { work, subject, shape: { records, valueBytes: 100 }, runs, session: 0 }
}

const RESULT: PeersResult = {
  schema: 'varve-peers/1',
  sessions: [
    {
      ...{ commit: '0123456789abcdef', date: '2026-01-01', node: 'v20.20.2', processor: 'A <processor>', cores: 2 },
      ...{ memoryGiB: 8, fileSystem: 'ext4', kernel: '6.1', rounds: 2, seed: 1, secondsAtMost: 1, seconds: 60 },
      ...{ versions: { lmdb: '3.5.6' }, loadCommands: ['db_bench --benchmarks=filluniquerandom'] },
      calibration: {
        ...{ memcpyMegabytesPerSecond: 9000, crc32MegabytesPerSecond: 4000 },
        ...{ preadsOf4KiBPerSecond: 500_000, durableWritesPerSecond: 5000 },
      },
    },
  ],
  cells: [
    ...[cell('get-sync', 'varve', [300, 500]), cell('get-sync', 'lmdb', [200, 200])],
    cell('get-sync', 'db_bench', [800, 800]),
    ...[cell('large-fillrandom', 'varve', [100], 1e7), cell('large-fillrandom', 'db_bench', [150], 1e7)],
    ...[1e5, 1e6, 1e7].map((records) => cell('scale-get-sync', 'varve', [1e6 / Math.log(records)], records)),
    ...[1e5, 1e7].map((records) => cell('scale-get-sync', 'memory', [2e12 / records], records)),
  ],
  skipped: [{ work: 'get-many', subject: 'db_bench', why: 'db_bench is not installed' }],
}

describe('a result', () => {
  test('is shown in a terminal, targets first', () => {
    const shown = peersTables(RESULT)
    expect(shown.indexOf('Targets')).toBeLessThan(shown.indexOf('All cells'))
    expect(shown).toMatch(/get, sync +│ +lmdb │ +2\.00 \(1\.50–2\.50\) │ +0\.7 │ +1\.2 │ +goal/)
    expect(shown).toMatch(/fillrandom 10 M, drained +│ +RocksDB C\+\+ │ +0\.67 │ +0\.5 │ +1 │ +met/)
    expect(shown).toMatch(/fillrandom 10 M, longest │ +130 ms │ +100 ms │ +MISSED/)
    expect(shown).toContain('skipped: db_bench, get-many: db_bench is not installed')
  })

  test('is one page that needs nothing else', () => {
    const page = peersPage(RESULT)
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(/)
    expect(page).toContain('A &lt;processor&gt;')
    for (const id of ['targets', 'ratios', 'rates', 'large', 'scaling', 'method']) expect(page).toContain(`id="${id}"`)
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('shows beside times that grow what memory does by itself', () => {
    const section = peersPage(RESULT).match(/id="scaling".*?<\/section>/s)![0]
    const rows = section.match(/<tr>.*?<\/tr>/gs)!.map((row) => row.match(/(?<=<t[hd][^>]*>)[^<]+/g))
    expect(rows).toEqual([
      ['work', '100 K', '1 M', '10 M', 'grows', 'log n'],
      ['get, sync', '11.5 µs', '13.8 µs', '16.1 µs', '1.40×', '1.40×'],
      ['one read of memory, where the last one says', '0.05 µs', '·', '5 µs', '100×', '1.40×'],
    ])
  })

  test('compares no results of different sizes', () => {
    const smaller = [cell('get-sync', 'lmdb', [1], 1000), cell('get-sync', 'varve', [1], 1000)]
    expect(peersPage({ ...RESULT, cells: [...smaller, ...RESULT.cells] })).toBe(peersPage(RESULT))
  })

  test('lies beside its JSON, whatever that is called', () => {
    expect(['a/peers.json', 'a/peers', 'a/peers.JSON'].map(pagePath)).toEqual([
      'a/peers.html',
      'a/peers.html',
      'a/peers.JSON.html',
    ])
  })

  test('has no section of what was not run', () => {
    const page = peersPage({ ...RESULT, cells: RESULT.cells.slice(0, 2) })
    expect(page).not.toMatch(/id="(?:large|scaling)"/)
  })

  test('tells each command line of db_bench once, whatever the seed', () => {
    expect(commandsOf(RESULT)).toEqual([
      'db_bench --benchmarks=filluniquerandom',
      'db_bench --benchmarks=get-sync --seed=0',
      'db_bench --benchmarks=large-fillrandom --seed=0',
    ])
  })
})
