import { describe, expect, test } from 'vitest'
import { Arena, chunkOf, wordOf } from '../../src/memtable/arena.ts'
import { MemtableMemory } from '../../src/memtable/memtable-memory.ts'

describe('an arena', () => {
  test('holds nothing before the first entry', () => {
    expect(new Arena(new MemtableMemory(false)).memoryBytes).toBe(0)
  })

  test('doubles its chunks from 64 KiB to 1 MiB and counts every byte', () => {
    const arena = new Arena(new MemtableMemory(false))
    for (let i = 0; i < 5000; i++) arena.allocate(128)
    expect(arena.chunks.map((chunk) => chunk.length / 1024)).toEqual([64, 128, 256, 512, 1024, 1024])
    expect(arena.usedBytes).toBe(5000 * 512)
    expect(arena.memoryBytes).toBe(arena.chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  })

  test('never hands out the same bytes twice, nor bytes beyond a chunk', () => {
    const arena = new Arena(new MemtableMemory(false))
    const sizes = [1, 7, 16_384, 5, 65_536, 65_537, 300_000, 3, 40_000, 262_144, 1, 1000]
    const marks = sizes.map((size, i) => {
      const address = arena.allocate(size)
      arena.words[chunkOf(address)]!.fill(i + 1, wordOf(address), wordOf(address) + size)
      return address
    })
    marks.forEach((address, i) => {
      const words = arena.words[chunkOf(address)]!.subarray(wordOf(address), wordOf(address) + sizes[i]!)
      expect(words.length).toBe(sizes[i])
      expect(words.every((word) => word === i + 1)).toBe(true)
    })
  })

  test('gives a large entry a chunk of its own and goes on in the one before', () => {
    const arena = new Arena(new MemtableMemory(false))
    const before = arena.allocate(4)
    const large = arena.allocate(500_000)
    const after = arena.allocate(4)
    expect(arena.chunks.map((chunk) => chunk.length)).toEqual([65_536, 2_000_000])
    expect([chunkOf(before), chunkOf(large), chunkOf(after)]).toEqual([0, 1, 0])
    expect(wordOf(after)).toBe(4)
  })

  test('takes a large entry first', () => {
    const arena = new Arena(new MemtableMemory(false))
    const large = arena.allocate(500_000)
    const small = arena.allocate(1)
    expect([chunkOf(large), chunkOf(small), wordOf(small)]).toEqual([0, 1, 0])
  })

  test('addresses more than two thousand chunks', () => {
    const arena = new Arena(new MemtableMemory(false))
    const sparse = { length: 9000, push: () => sparse.length++ + 1 }
    Object.defineProperty(arena, 'chunks', { value: sparse })
    expect(chunkOf(arena.allocate(70_000))).toBe(9000)
  })
})
