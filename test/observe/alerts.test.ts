import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { StoreStatistics } from '../../src/kv-store/statistics.ts'
import { alertRules } from '../../src/observe/report/alert-rules.ts'
import { assess } from '../../src/observe/report/assess.ts'
import { emptyStatistics } from '../support/sorted-reports.ts'

const MIB = 1024 * 1024

type Change = (stats: StoreStatistics) => void

/** What brings each metric to a value, with all that it takes to be judged. */
const bring: Record<string, (value: number) => Change> = {
  state: (value) => (stats) => {
    stats.state = (['writable', 'suspended', 'poisoned'] as const)[value]!
  },
  'latency.put.p99Ms':
    (value) =>
    ({ latency: { put } }) =>
      void Object.assign(put, { count: 1000, p99Ms: value }),
  'latency.sync.p50Ms':
    (value) =>
    ({ latency: { sync } }) =>
      void Object.assign(sync, { count: 100, p50Ms: value }),
  'latency.sync.p99Ms':
    (value) =>
    ({ latency: { sync } }) =>
      void Object.assign(sync, { count: 1000, p99Ms: value }),
  'stalls.share': (value) => (stats) => {
    stats.uptimeMs = 10_000
    stats.stalls = { count: 1, milliseconds: value * 10_000 }
  },
  'latency.stall.maxMs':
    (value) =>
    ({ latency: { stall } }) =>
      void Object.assign(stall, { count: 1, maxMs: value }),
  pendingBytes: (value) => (stats) => void Object.assign(stats, { pendingBytes: value }),
  'commits.overloadedWrites': (value) => (stats) => {
    stats.commits = { groups: 1, failedWrites: value, overloadedWrites: value }
  },
  'commits.failedWrites': (value) => (stats) => {
    stats.commits = { groups: 1, failedWrites: value, overloadedWrites: 0 }
  },
  writeAmplification: (value) => (stats) =>
    void Object.assign(stats, { userBytes: 64 * MIB, writeAmplification: value }),
  spaceAmplification: (value) => (stats) => {
    stats.levels = [{ tables: 1, runs: 1, bytes: 64 * MIB }]
    stats.spaceAmplification = value
  },
  readAmplification: (value) => (stats) => {
    stats.latency.get.count = 1000
    stats.readAmplification = value
  },
  'filters.falsePositiveShare': (value) => (stats) => {
    stats.filters = { probes: 1000, negatives: 1000 - value * 1000, falsePositives: value * 1000, bytes: 1 }
  },
  runs: (value) => (stats) => {
    stats.levels = [
      { tables: 1, runs: value - 1, bytes: 1 },
      { tables: 1, runs: 1, bytes: 1 },
    ]
  },
  openScans: (value) => (stats) => void Object.assign(stats, { openScans: value }),
  openSnapshots: (value) => (stats) => void Object.assign(stats, { openSnapshots: value }),
}

function statisticsWith(change: Change): StoreStatistics {
  const stats = emptyStatistics()
  change(stats)
  return stats
}

describe('the alert rules', () => {
  test.each(alertRules)(
    'warn of $metric from its level on, and not before',
    ({ metric, warning, critical, unit, action }) => {
      const at = (value: number) => assess(statisticsWith(bring[metric]!(value)))
      const below = unit === 'ms' || unit === 'ratio' || unit === 'share' ? 0.999 : (warning - 1) / warning
      expect(at(warning * below)).toEqual([])
      expect(at(warning)).toEqual([{ severity: 'warning', metric, unit, value: warning, threshold: warning, action }])
      expect(at(critical)).toEqual([
        { severity: 'critical', metric, unit, value: critical, threshold: critical, action },
      ])
    },
  )

  test('are named once each, and their warning comes first', () => {
    expect(new Set(alertRules.map(({ metric }) => metric)).size).toBe(alertRules.length)
    for (const { warning, critical } of alertRules) expect(warning).toBeLessThan(critical)
    expect(Object.keys(bring)).toEqual(alertRules.map(({ metric }) => metric))
  })

  test('are those of the document', () => {
    const text = readFileSync(join(process.cwd(), 'docs/observability.md'), 'utf8')
    const shown = (value: number, unit: string): string => (unit === 'bytes' ? `${value / MIB} MiB` : `${value}`)
    for (const { metric, unit, warning, critical } of alertRules) {
      expect(text).toContain(`| \`${metric}\` | ${unit} | ${shown(warning, unit)} | ${shown(critical, unit)} |`)
    }
  })
})

describe('an assessment', () => {
  test('of a store that does well is empty', async () => {
    await using store = await open('/well', { fileSystem: new MemoryFileSystem() })
    for (let i = 0; i < 100; i++) await store.put(`key ${i}`, 'value')
    expect(assess(store.stats())).toEqual([])
  })

  test('has the critical alerts first', () => {
    const stats = statisticsWith((all) => {
      bring['pendingBytes']!(20 * MIB)(all)
      bring['openScans']!(5000)(all)
    })
    expect(assess(stats).map(({ severity, metric }) => `${severity} ${metric}`)).toEqual([
      'critical openScans',
      'warning pendingBytes',
    ])
  })

  test('goes by levels of one’s own', () => {
    const rules = alertRules.map((rule) => (rule.metric === 'openScans' ? { ...rule, warning: 2, critical: 3 } : rule))
    expect(assess(statisticsWith(bring['openScans']!(2)), rules)).toMatchObject([{ severity: 'warning', threshold: 2 }])
  })

  test('refuses what is no statistics, and what are no rules', () => {
    const refused = (message: string) => expect.objectContaining({ code: 'INVALID_ARGUMENT', message })
    for (const stats of [undefined, null, 'x', {}, () => emptyStatistics()]) {
      expect(() => assess(stats as StoreStatistics)).toThrow(refused(expect.stringContaining('stats must be')))
    }
    for (const rules of [null, {}, [{}], [alertRules[0], null]]) {
      expect(() => assess(emptyStatistics(), rules as [])).toThrow(refused(expect.stringMatching(/^rules/)))
    }
  })

  test.each<[string, Change]>([
    ['no amplification by a few bytes', (stats) => Object.assign(stats, { userBytes: 10, writeAmplification: 500 })],
    [
      'no disk by its first syncs',
      ({ latency: { sync } }) => Object.assign(sync, { count: 99, p50Ms: 60, p99Ms: 600 }),
    ],
    ['no puts by the first of them', ({ latency: { put } }) => Object.assign(put, { count: 99, p99Ms: 2000 })],
    [
      'no seconds by one wait in them',
      (stats) => Object.assign(stats, { uptimeMs: 9999, stalls: { count: 1, milliseconds: 3000 } }),
    ],
  ])('judges %s', (_, change) => {
    expect(assess(statisticsWith(change))).toEqual([])
  })
})
