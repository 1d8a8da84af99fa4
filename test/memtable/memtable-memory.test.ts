import { describe, expect, test } from 'vitest'
import { MemtableMemory } from '../../src/memtable/memtable-memory.ts'

const MIB = 1 << 20

describe('the memory of memtables', () => {
  test('gives out again what it was given, by its size', () => {
    const memory = new MemtableMemory(true)
    const buffer = memory.take(MIB)
    expect(buffer).toBeInstanceOf(SharedArrayBuffer)
    memory.give(buffer)
    expect(memory.freeBytes).toBe(MIB)
    expect(memory.take(2 * MIB)).not.toBe(buffer)
    expect(memory.take(MIB)).toBe(buffer)
    expect(memory.freeBytes).toBe(0)
  })

  test('shared buffers that it gives up weigh for the collector what they take', () => {
    const memory = new MemtableMemory(true)
    const buffers = Array.from({ length: 40 }, () => memory.take(MIB))
    for (const buffer of buffers) memory.give(buffer)
    const before = process.memoryUsage().external
    memory.release()
    expect(memory.freeBytes).toBe(0)
    expect(process.memoryUsage().external - before).toBeGreaterThanOrEqual(39 * MIB)
    // Nothing more is there to be given up.
    const after = process.memoryUsage().external
    memory.release()
    expect(process.memoryUsage().external - after).toBeLessThan(MIB)
    expect(buffers).toHaveLength(40)
  })
})
