import v8 from 'node:v8'
import { describe, expect, test } from 'vitest'
import { GarbageCollector } from '../../src/compaction/thread/garbage-collector.ts'

const MIB = 1 << 20

describe('the garbage of a thread', () => {
  test('is collected before much of it has gathered, though its objects are few', async () => {
    const garbage = new GarbageCollector()
    const before = v8.getHeapStatistics().external_memory
    let most = 0
    for (let i = 0; i < 100; i++) {
      expect(new Uint8Array(MIB)).toHaveLength(MIB)
      garbage.collectIfDue()
      // What a collection has found may be freed by another thread.
      if (i % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      most = Math.max(most, v8.getHeapStatistics().external_memory - before)
    }
    expect(most).toBeLessThan(32 * MIB)
  })

  test('shared buffers that are let go of are collected, too, though V8 does not count them, once new ones are made', async () => {
    const garbage = new GarbageCollector()
    garbage.collectIfDue()
    const shared = new WeakRef(new SharedArrayBuffer(MIB))
    // A WeakRef holds its target until the end of the turn.
    await new Promise((resolve) => setTimeout(resolve, 1))
    garbage.noteMade(40 * MIB)
    garbage.noteLetGo(MIB)
    garbage.collectIfDue()
    expect(shared.deref()).toBeDefined()
    await new Promise((resolve) => setTimeout(resolve, 1))
    garbage.noteLetGo(40 * MIB)
    garbage.collectIfDue()
    expect(shared.deref()).toBeUndefined()
  })

  test('shared buffers that are used again call no collection', async () => {
    const garbage = new GarbageCollector()
    garbage.noteMade(64 * MIB)
    garbage.noteLetGo(64 * MIB)
    garbage.collectIfDue()
    const held = new WeakRef(new SharedArrayBuffer(MIB))
    for (let flush = 0; flush < 10; flush++) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      garbage.noteMade(64 * MIB)
      garbage.noteLetGo(64 * MIB)
      garbage.collectIfDue()
      expect(held.deref()).toBeDefined()
    }
  })
})
