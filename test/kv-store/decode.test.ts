import { describe, expect, test } from 'vitest'
import { copySlice, decode } from '../../src/kv-store/decode.ts'

describe('a slice of the store', () => {
  const text = 'aé🗝\ufeffz'
  const source = Buffer.concat([Buffer.from('<<'), Buffer.from(text), Buffer.from('>>')])

  test('is decoded as a string, with the byte order mark', () => {
    expect(decode('utf8', source, 2, source.length - 2)).toBe(text)
    expect(decode('utf8', new Uint8Array(source), 2, source.length - 2)).toBe(text)
    expect(decode('utf8', source, 2, 2)).toBe('')
  })

  test('is copied into a plain array with memory of its own, whatever its length', () => {
    for (const length of [0, 1, 31, 32, 33, 4095, 4096, 4097, 100_000]) {
      for (const memory of [new Uint8Array(length + 20), Buffer.alloc(length + 20)]) {
        for (let i = 0; i < memory.length; i++) memory[i] = i * 7
        const copy = copySlice(memory, 10, 10 + length)
        expect(Object.getPrototypeOf(copy)).toBe(Uint8Array.prototype)
        expect(copy.buffer.byteLength).toBe(length)
        expect(Buffer.compare(copy, memory.subarray(10, 10 + length))).toBe(0)
        memory.fill(0)
        if (length > 1) expect(copy[1]).toBe((11 * 7) & 0xff)
      }
    }
  })
})
