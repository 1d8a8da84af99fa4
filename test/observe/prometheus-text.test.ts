import { describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/open-btree.ts'
import { open } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { StoreStatistics } from '../../src/kv-store/statistics.ts'
import { prometheusText } from '../../src/observe/report/prometheus-text.ts'
import { TINY } from '../support/lsm-harness.ts'
import { type ExpositionFamily, parseExposition } from '../support/observe-exposition.ts'

async function statisticsOf(store: KeyValueStore): Promise<StoreStatistics> {
  for (let i = 0; i < 200; i++) await store.put(`key ${i}`, 'x'.repeat(50))
  await store.compact()
  for (let i = 0; i < 200; i++) store.getSync(`key ${i}`)
  const stats = store.stats()
  await store.close()
  return stats
}

async function someStatistics(): Promise<StoreStatistics> {
  return statisticsOf(await open('/prometheus', { ...TINY, fileSystem: new MemoryFileSystem() }))
}

/** The one sample with these labels. */
function sampleOf(families: readonly ExpositionFamily[], name: string, labels: Record<string, string> = {}): number {
  const samples = families.flatMap((family) => family.samples).filter((sample) => sample.name === name)
  const found = samples.filter((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  )
  expect(found, name).toHaveLength(1)
  return found[0]!.value
}

/** The paths of all numbers, but for those that are made of others. */
function numberPaths(report: object, path: string[] = []): string[][] {
  return Object.entries(report).flatMap(([name, value]) => {
    if (typeof value === 'object' && value !== null) return numberPaths(value, [...path, name])
    return typeof value === 'number' ? [[...path, name]] : []
  })
}

const DERIVED = /^latency\.\w+\.(samples|meanMs|p50Ms|p90Ms|p99Ms|p999Ms|maxMs)$/

describe('the Prometheus text', () => {
  test('of the LSM store and of the B-tree is as the format says', async () => {
    const tree = await openBTree('/tree', { fileSystem: new MemoryFileSystem() })
    for (const stats of [await someStatistics(), await statisticsOf(tree)]) {
      const families = parseExposition(prometheusText(stats, { labels: { store: 'main' } }))
      for (const { name, help, samples } of families) {
        expect(name).toMatch(/^varve_[a-z_]+$/)
        expect(help.length).toBeGreaterThan(5)
        for (const { labels, value } of samples) {
          expect(labels['store']).toBe('main')
          expect(value).not.toBeNaN()
        }
      }
      expect(families.length).toBeGreaterThan(25)
    }
  })

  test('is in seconds and bytes', async () => {
    const stats = await someStatistics()
    const families = parseExposition(
      prometheusText({ ...stats, stalls: { count: 2, milliseconds: 1500 }, uptimeMs: 250 }),
    )
    expect(sampleOf(families, 'varve_stall_seconds_total')).toBe(1.5)
    expect(sampleOf(families, 'varve_uptime_seconds')).toBe(0.25)
    expect(sampleOf(families, 'varve_written_bytes_total', { category: 'wal' })).toBe(stats.writtenBytes.wal)
    expect(sampleOf(families, 'varve_state', { state: 'writable' })).toBe(1)
    expect(sampleOf(families, 'varve_state', { state: 'poisoned' })).toBe(0)
    const put = { operation: 'put' }
    expect(sampleOf(families, 'varve_operation_seconds_count', put)).toBe(stats.latency.put.count)
    expect(sampleOf(families, 'varve_operation_seconds_sum', put)).toBe(stats.latency.put.totalMs / 1000)
    const atMost = sampleOf(families, 'varve_operation_seconds_bucket', { ...put, le: '0.001' })
    expect(atMost).toBe(stats.latency.put.buckets[10])
  })

  test('leaves out no number of the statistics', async () => {
    const stats = await someStatistics()
    const before = prometheusText(stats)
    for (const path of numberPaths(stats).filter((each) => !DERIVED.test(each.join('.')))) {
      const changed = structuredClone(stats)
      let place = changed as unknown as Record<string, unknown>
      for (const name of path.slice(0, -1)) place = place[name] as Record<string, unknown>
      place[path.at(-1)!] = 987_654
      expect(prometheusText(changed), path.join('.')).not.toBe(before)
    }
  })

  test('escapes the values of labels', async () => {
    const strange = 'a "quoted" \\ back\nslash, {le="1"} é'
    const families = parseExposition(prometheusText(await someStatistics(), { labels: { path: strange } }))
    for (const { samples } of families) for (const { labels } of samples) expect(labels['path']).toBe(strange)
  })

  test.each(['le', 'operation', 'state', '__name', '1st', 'a-b', '', 'é'])(
    'refuses the label name %j',
    async (name) => {
      const stats = await someStatistics()
      expect(() => prometheusText(stats, { labels: { [name]: 'x' } })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      )
    },
  )

  test('refuses the value of a label that is no string', async () => {
    const stats = await someStatistics()
    const labels = { port: 80 as unknown as string }
    expect(() => prometheusText(stats, { labels })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })

  test('of several stores has each metric once, with the samples of all', async () => {
    const stats = await someStatistics()
    const stores = ['a', 'b'].map((store) => ({ stats, labels: { store } }))
    const families = parseExposition(prometheusText(stores, { labels: { host: 'h' } }))
    for (const { samples } of families) {
      const half = samples.filter(({ labels }) => labels['store'] === 'a' && labels['host'] === 'h')
      expect(half.length).toBe(samples.length / 2)
    }
  })

  test('of stores that nothing tells apart is refused, which Prometheus would do with all of it', async () => {
    const stats = await someStatistics()
    const labels = [
      { store: 'a', disk: '1' },
      { disk: '1', store: 'a' },
    ]
    expect(() => prometheusText(labels.map((each) => ({ stats, labels: each })))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  })

  test('refuses what is no statistics', async () => {
    const stats = await someStatistics()
    const given: unknown[] = [
      undefined,
      null,
      1,
      () => stats,
      {},
      [stats],
      [{ labels: {} }],
      [null],
      [{ stats, labels: 1 }],
    ]
    for (const each of given) {
      expect(() => prometheusText(each as StoreStatistics)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('stats') }),
      )
    }
    for (const options of [null, 1, { labels: 'store' }]) {
      expect(() => prometheusText(stats, options as object)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('options') }),
      )
    }
  })

  test('of no store is empty', () => {
    expect(prometheusText([])).toBe('')
  })
})

describe('the check of the format finds', () => {
  const head = '# HELP a_total b\n# TYPE a_total counter\n'
  test.each([
    ['a missing line feed', `${head}a_total 1`],
    ['a missing TYPE', '# HELP a_total b\na_total 1\n'],
    ['a counter without _total', '# HELP a b\n# TYPE a counter\na 1\n'],
    ['a family that comes twice', `${head}a_total 1\n${head}`],
    ['a sample that comes twice', `${head}a_total{x="1"} 1\na_total{x="1"} 2\n`],
    ['a sample of another family', `${head}b_total 1\n`],
    ['a value that is no number', `${head}a_total one\n`],
    ['a label that is not escaped', `${head}a_total{x="a"b"} 1\n`],
    [
      'buckets that shrink',
      '# HELP h b\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    ],
    ['a histogram without +Inf', '# HELP h b\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n'],
  ])('%s', (_what, text) => {
    expect(() => parseExposition(text)).toThrow()
  })
})
