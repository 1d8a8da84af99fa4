import { constants, PerformanceObserver } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import { GarbageCollector } from '../../src/compaction/thread/garbage-collector.ts'

const MIB = 1 << 20

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** How many full collections end while `work` runs, or within a quarter of a second of its end. */
async function collectionsDuring(work: () => void | Promise<void>): Promise<number> {
  await pause(250)
  let collections = 0
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as unknown as { detail: { kind: number } }
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections++
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  await work()
  await pause(250)
  observer.disconnect()
  return collections
}

describe('the garbage of a thread', () => {
  test('is collected before much of it has gathered, though its objects are few', async () => {
    const garbage = new GarbageCollector()
    garbage.collectIfDue()
    const collections = await collectionsDuring(async () => {
      for (let i = 0; i < 200; i++) {
        expect(new Uint8Array(MIB)).toHaveLength(MIB)
        garbage.collectIfDue()
        // A collection goes on in steps.
        if (i % 5 === 0) await pause(5)
      }
    })
    expect(collections).toBeGreaterThan(5)
  })

  test('shared buffers that are let go of call a collection, though V8 does not count them, once new ones are made', async () => {
    const garbage = new GarbageCollector()
    garbage.collectIfDue()
    const letGo = (bytes: number): Promise<number> =>
      collectionsDuring(() => {
        garbage.noteLetGo(bytes)
        garbage.collectIfDue()
      })
    garbage.noteMade(40 * MIB)
    expect(await letGo(MIB)).toBe(0)
    expect(await letGo(40 * MIB)).toBe(1)
    expect(await letGo(40 * MIB)).toBe(0)
    garbage.noteMade(80 * MIB)
    expect(await letGo(MIB)).toBe(1)
  })
})
