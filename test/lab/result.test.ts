import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { budgetTable } from '../../bench/lab/budget-table.ts'
import { compactionTable } from '../../bench/lab/compaction-table.ts'
import { type LabResult, labResultProblems, saveLabResult } from '../../bench/lab/lab-result.ts'
import { labPage } from '../../bench/lab/report/page.ts'
import { labTables } from '../../bench/lab/terminal.ts'
import { spread } from '../../bench/report/frame.ts'
import { sampleLab, sampleRun } from '../support/lab-sample.ts'

describe('the result', () => {
  test('is sound, and stays so through its file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'varve-lab-'))
    try {
      const path = join(directory, 'lab.json')
      saveLabResult(path, sampleLab())
      const text = readFileSync(path, 'utf8')
      expect(labResultProblems(JSON.parse(text))).toEqual([])
      expect(text).not.toMatch(/(?:\/home|\/root|\/work|\/tmp)\//)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })

  const broken: [what: string, breakIt: (lab: LabResult) => unknown][] = [
    ['another schema', (lab) => ({ ...lab, schema: 'varve-lab/0' })],
    ['no seed', ({ seed: _, ...lab }) => lab],
    ['no runs', ({ runs: _, ...lab }) => lab],
    ['no tables', ({ budgets: _, ...lab }) => lab],
    ['a run without windows', (lab) => ({ ...lab, runs: [{ ...lab.runs[0], windows: [] }] })],
    ['a run whose bytes were not checked', (lab) => ({ ...lab, runs: [{ ...lab.runs[0], bytes: undefined }] })],
    [
      'an amplification that is no number',
      (lab) => {
        const [run] = lab.runs
        return { ...lab, runs: [{ ...run!, amplification: { ...run!.amplification, write: null } }] }
      },
    ],
    ['nothing at all', () => null],
  ]
  test.each(broken)('is refused with %s', (_what, breakIt) => {
    const lab = breakIt(sampleLab())
    expect(labResultProblems(lab)).toHaveLength(1)
    expect(() => saveLabResult('/nowhere/lab.json', lab as LabResult)).toThrow('no result of the lab')
  })

  test('has a row for each strategy and workload of the compaction table', () => {
    const rows = compactionTable(sampleLab().runs)
    expect(rows.map(({ strategy, workload }) => `${strategy} ${workload}`)).toEqual([
      ...['leveled', 'size-tiered', 'FIFO', 'time-window'].map((name) => `${name} overwrite-uniform`),
      ...['leveled', 'size-tiered', 'FIFO', 'time-window'].map((name) => `${name} time-series`),
    ])
    expect(rows[0]).toMatchObject({ write: 3.6, writeWithLog: 4.7, runs: 4, space: 1.1 })
  })

  test('compares a B-tree with the LSM-tree of the same rows', () => {
    const [row, ...others] = budgetTable([
      sampleRun('budgets', 'leveled-10', 'random-load'),
      sampleRun('budgets', 'leveled-10', 'sequential-load', { userBytes: 1 }),
      sampleRun('budgets', 'btree-none', 'random-load', { budget: 'equal dirty memory' }),
      sampleRun('btree', 'btree-none', 'random-load'),
    ])
    expect(others).toEqual([])
    // Pages, checkpoint files and images of the B-tree over the tables of the LSM-tree; row logs do not count.
    expect(row!.ratio).toBeCloseTo((800_000 + 1000 + 4000) / (120_000 + 300_000), 9)
  })
})

describe('the page', () => {
  const page = labPage(sampleLab())

  test('refers to nothing outside of itself', () => {
    expect(page).not.toMatch(/\b(?:src|href)\s*=/)
    expect(page).not.toMatch(/<(?:script|link|iframe|img|object|embed)\b/)
    expect(page).not.toMatch(/@import|url\(/)
    expect(
      [...page.matchAll(/https?:\/\/[^"' )]+/g)].map(([url]) => url).filter((url) => !url.endsWith('.org/2000/svg')),
    ).toEqual([])
  })

  test('shows every part, and draws numbers only', () => {
    for (const id of ['strategies', 'btree', 'latency', 'workloads', 'method'])
      expect(page).toContain(`<section id="${id}">`)
    expect(page.match(/<svg/g)!.length).toBeGreaterThan(8)
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
    expect(page).toContain('prefers-color-scheme:dark')
  })

  test('escapes what it is given', () => {
    expect(page).toContain('random-load &lt;b&gt;')
    expect(page).not.toContain('<amplification>')
  })

  test('can be made of any part alone', () => {
    for (const section of ['strategies', 'btree', 'budgets', 'latency', 'db-bench', 'ycsb']) {
      const lab = sampleLab()
      const runs = lab.runs.filter((run) => run.section === section)
      expect(labPage({ ...lab, runs })).not.toMatch(/NaN|Infinity|undefined/)
      expect(labTables({ ...lab, runs })).not.toMatch(/NaN|undefined/)
    }
  })
})

describe('labels', () => {
  test('are moved apart, in their order and within bounds', () => {
    const placed = spread([50, 52, 51, 10], 15, 0, 100)
    const sorted = [...placed].sort((a, b) => a - b)
    for (let i = 1; i < sorted.length; i++) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(15)
    expect(placed[0]! < placed[2]! && placed[2]! < placed[1]!).toBe(true)
    expect(Math.max(...spread([99, 99, 99], 15, 0, 100))).toBeLessThanOrEqual(100)
  })
})
