import { describe, expect, test } from 'vitest'
import { decode } from '../../src/kv-store/decode.ts'
import { ValuePool } from '../../src/kv-store/value-pool.ts'

describe('the pool of values', () => {
  test('gives no byte away twice, and goes on in a new buffer where one is full', () => {
    const pool = new ValuePool()
    const source = new Uint8Array(2000).map((_, i) => i)
    const copies = Array.from({ length: 200 }, (_, i) => {
      const length = 65 + ((i * 37) % 960)
      const at = pool.put(source, i, i + length)
      return { copy: new Uint8Array(pool.buffer, at, length), expected: source.slice(i, i + length) }
    })
    source.fill(0)
    for (const { copy, expected } of copies) expect(copy).toEqual(expected)
    expect(new Set(copies.map(({ copy }) => copy.buffer)).size).toBeLessThan(25)
  })

  test('takes what would have memory apart from its array, but nothing large', () => {
    const pool = new ValuePool()
    expect([0, 64, 65, 1024, 1025].map((length) => pool.takes(length))).toEqual([false, false, true, true, false])
  })

  test('a value that is passed on to a thread takes no other along', () => {
    const source = new Uint8Array(300).fill(3)
    const first = decode('bytes', source, 0, 100)
    const second = decode('buffer', source, 100, 300)
    expect(second.buffer).toBe(first.buffer)
    try {
      structuredClone(first, { transfer: [first.buffer as ArrayBuffer] })
    } catch {
      // Later versions of Node refuse it; this one copies.
    }
    expect(first).toEqual(new Uint8Array(100).fill(3))
    expect(second).toEqual(Buffer.alloc(200, 3))
    expect(decode('bytes', source, 0, 100)).toEqual(first)
  })
})
