import {
  type CompactionStrategy,
  fifo,
  leveled,
  nodeRuntime,
  open,
  sizeTiered,
  timeWindow,
} from '../../../src/index.ts'
import { compactionIdle } from '../../../test/support/compaction-idle.ts'
import { LevelProbe } from '../measure/level-probe.ts'
import type { Arm } from './arm.ts'

export interface LsmShape {
  readonly memtableBytes: number
  readonly tableBytes: number
  readonly blockCacheBytes: number
}

/** A strategy on Varve's engine, bloom filters of 10 bits, no compression. */
export function lsmArm(
  name: string,
  title: string,
  shape: LsmShape,
  settings: Readonly<Record<string, number>>,
  strategy: () => CompactionStrategy,
): Arm {
  return {
    name,
    title,
    engine: 'lsm',
    settings: { ...settings, ...shape, filterBitsPerKey: 10, compression: 'none' },
    async open({ directory, fileSystem, runtime }) {
      const probe = new LevelProbe(strategy())
      const { memtableBytes, blockCacheBytes } = shape
      const store = await open(directory, {
        memtableBytes,
        blockCacheBytes,
        compaction: probe.strategy,
        fileSystem,
        runtime,
      })
      return { store, probe, pause: () => untilIdle(probe), drain: () => compactionIdle(store) }
    },
  }
}

export function leveledArm(shape: LsmShape, sizeRatio: number): Arm {
  const { tableBytes } = shape
  const settings = { sizeRatio, level0Tables: 4 }
  return lsmArm(`leveled-${sizeRatio}`, `leveled, T = ${sizeRatio}`, shape, settings, () =>
    leveled({ ...settings, tableBytes }),
  )
}

export function sizeTieredArm(shape: LsmShape, mergeWidth: number): Arm {
  const { tableBytes } = shape
  return lsmArm(`size-tiered-${mergeWidth}`, `size-tiered, K = ${mergeWidth}`, shape, { mergeWidth }, () =>
    sizeTiered({ mergeWidth, tableBytes }),
  )
}

/** Drops what is older than `maxAgeMs`; without it, nothing ever. */
export function fifoArm(shape: LsmShape, maxAgeMs?: number): Arm {
  const settings = maxAgeMs === undefined ? {} : { maxAgeMs }
  return lsmArm('fifo', 'FIFO', shape, settings, () => fifo(settings))
}

export function timeWindowArm(shape: LsmShape, windowMs: number, maxAgeMs?: number): Arm {
  const settings = { windowMs, mergeWidth: 4, ...(maxAgeMs !== undefined && { maxAgeMs }) }
  const { tableBytes } = shape
  return lsmArm('time-window', 'time-window', shape, settings, () => timeWindow({ ...settings, tableBytes }))
}

async function untilIdle(probe: LevelProbe): Promise<void> {
  while (!probe.isIdle) await nodeRuntime.sleep(1)
}
