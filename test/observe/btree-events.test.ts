import { describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/open-btree.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { keyOf, simulatedBTree, TINY } from '../support/btree-harness.ts'
import { EventRecorder } from '../support/observe-recorder.ts'

describe('the B-tree tells of', () => {
  test('checkpoints and stalls, each from its start to its end', async () => {
    using recorder = new EventRecorder('/store')
    const { store } = await simulatedBTree({ checkpointPace: 'at-once', durability: 'process' })
    await Promise.all(Array.from({ length: 2000 }, (_, i) => store.put(keyOf((i * 7919) % 2000), 'x'.repeat(50))))
    await store.flush()
    const { flushes, latency, stalls } = store.stats()
    const checkpoints = recorder.of('varve:checkpoint')
    expect(flushes).toBeGreaterThan(1)
    expect(checkpoints).toHaveLength(2 * flushes)
    expect(latency.flush.count).toBe(flushes)
    for (const [i, event] of checkpoints.entries()) {
      expect(event).toMatchObject({ engine: 'btree', phase: i % 2 === 0 ? 'start' : 'end' })
      if (event.phase === 'start') expect(event.pageBytes).toBe(event.pages * 4096)
      else expect(event).toMatchObject({ outcome: 'done', id: checkpoints[i - 1]!.id })
    }
    const waits = recorder.of('varve:stall')
    expect(stalls.count).toBeGreaterThan(0)
    expect(waits).toHaveLength(2 * stalls.count)
    expect(waits[0]).toMatchObject({ phase: 'start', reason: 'checkpoint' })
    await store.close()
  })

  test('a recovery after a power cut', async () => {
    const disk = new SimulatedFileSystem()
    const { store } = await simulatedBTree({}, disk)
    await store.put('a', '1')
    await store.put('b', '2')
    const image = disk.crash()
    await store.close()
    using recorder = new EventRecorder('/store')
    const again = await openBTree('/store', { ...TINY, fileSystem: image })
    const [start, end] = recorder.of('varve:recovery')
    expect(start).toMatchObject({ engine: 'btree', phase: 'start', readOnly: false })
    expect(end).toMatchObject({ phase: 'end', outcome: 'done', clean: false, operationsReplayed: 2 })
    await again.close()
  })
})
