import { describe, expect, test } from 'vitest'
import { predictions } from '../../bench/lab/predictions.ts'
import { sampleRun } from '../support/lab-sample.ts'

const run = (arm: string, workload: string, settings: Record<string, number>) => {
  const sample = sampleRun('strategies', arm, workload)
  return {
    ...sample,
    arm: { ...sample.arm, settings: { ...sample.arm.settings, ...settings } },
    workload: { ...sample.workload, records: 8000, operations: 8000 },
  }
}

describe('a run is compared with theory', () => {
  test('FIFO writes each byte once', () => {
    expect(predictions(run('fifo', 'random-load', {}))[0]).toMatchObject({ predicted: 1, tolerance: 0.01 })
  })

  test('size-tiered by exact count, with a line that grows with the load', () => {
    const [result] = predictions(run('size-tiered-2', 'random-load', { mergeWidth: 2 }))
    expect(result!.predicted).toBeGreaterThan(3)
    expect(result!.line![0]).toEqual([expect.any(Number), 1])
    expect(result!.line!.at(-1)).toEqual([8000 * 116, result!.predicted])
  })

  test('leveled by a model, and a sequential load of it by moves alone', () => {
    const [random] = predictions(run('leveled-10', 'random-load', {}))
    expect(random!.predicted).toBeGreaterThan(1.5)
    expect(predictions(run('leveled-10', 'sequential-load', {}))[0]!.predicted).toBe(1)
    expect(predictions(run('leveled-10', 'overwrite-zipfian', {}))).toEqual([])
  })

  test('a B-tree by its splits, its fill and its checkpoints', () => {
    const names = predictions(sampleRun('btree', 'btree-none', 'random-load')).map(({ what }) => what)
    expect(names).toEqual(['leaf splits per insert', 'fill of leaves', 'pages written per user byte'])
    expect(predictions(sampleRun('btree', 'btree-none', 'ycsb-a'))).toEqual([])
  })
})
