import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { VarveError } from '../../src/errors.ts'
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../../src/key/internal-key.ts'
import { borrowKeyBytes, borrowValueBytes, toKeyBytes, toValueBytes } from '../../src/kv-store/bytes-input.ts'

function messageOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    expect(error).toBeInstanceOf(VarveError)
    expect((error as VarveError).code).toBe('INVALID_ARGUMENT')
    return (error as VarveError).message
  }
  throw new Error('was not refused')
}

describe('bytes that are given', () => {
  test('a long array is taken as it is, a short one copied, a Buffer too', () => {
    for (const length of [1, 64, 65, 1000]) {
      const part = new Uint8Array(new ArrayBuffer(length + 8), 2, length).fill(5)
      for (const bytes of [new Uint8Array(length).fill(7), Buffer.alloc(length, 7), part]) {
        expect(toKeyBytes(bytes) === bytes).toBe(length > 64)
        expect(toValueBytes(bytes) === bytes).toBe(length > 64)
        expect([...toKeyBytes(bytes)]).toEqual([...bytes])
      }
    }
  })

  test('strings become UTF-8, whatever their length and script', () => {
    for (const text of [
      '',
      'a',
      'é',
      'a'.repeat(64),
      'a'.repeat(65),
      `${'a'.repeat(30)}é`,
      '🗝',
      'ж'.repeat(500),
      '\0',
      '\x7f\x80',
    ]) {
      expect(Buffer.compare(toKeyBytes(text), Buffer.from(text))).toBe(0)
    }
  })

  test('lone surrogates are refused, in short strings and in long ones', () => {
    for (const text of ['\ud800', 'a\udc00b', `${'x'.repeat(100)}\ud800`, '\udc00\ud800']) {
      expect(messageOf(() => toKeyBytes(text))).toContain('lone surrogate')
    }
  })

  test('a subclass is copied, so that what it redefines does not matter', () => {
    class Lying extends Uint8Array {
      override get length(): number {
        return 1e9
      }
    }
    const bytes = toValueBytes(new Lying([1, 2, 3]))
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
    expect([...bytes]).toEqual([1, 2, 3])
  })

  test('an array of another realm is copied', () => {
    expect([...toKeyBytes(runInNewContext('Uint8Array.of(1, 2)'))]).toEqual([1, 2])
    expect([...toKeyBytes(runInNewContext('new Uint8Array(new SharedArrayBuffer(2))'))]).toEqual([0, 0])
  })

  test('an array whose memory is gone is refused, and an empty one is not', () => {
    const detached = Uint8Array.of(1, 2)
    structuredClone(detached.buffer, { transfer: [detached.buffer] })
    expect(messageOf(() => toKeyBytes(detached))).toContain('memory is gone')
    const Resizable = ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer & { resize(n: number): void }
    const buffer = new Resizable(8, { maxByteLength: 16 })
    const cut = new Uint8Array(buffer, 4, 4)
    expect(toKeyBytes(cut)).toHaveLength(4)
    buffer.resize(6)
    expect(messageOf(() => toKeyBytes(cut))).toContain('memory is gone')
    expect(toKeyBytes(new Uint8Array(0))).toHaveLength(0)
    expect(toKeyBytes(Buffer.alloc(0))).toHaveLength(0)
    expect(toKeyBytes(new Uint8Array(buffer, 2, 0))).toHaveLength(0)
  })

  test('memory that is shared between threads is copied as it is now', () => {
    for (const take of [toKeyBytes, toValueBytes, borrowKeyBytes, borrowValueBytes]) {
      for (const length of [8, 64, 65, 1000]) {
        const shared = new Uint8Array(new SharedArrayBuffer(length)).fill(1)
        const bytes = take(shared)
        shared.fill(2)
        expect(bytes).toEqual(new Uint8Array(length).fill(1))
      }
    }
  })

  test('what is borrowed stays until the next of its kind, and a key and a value do not lie in each other', () => {
    const key = borrowKeyBytes(Uint8Array.of(1, 2, 3))
    const value = borrowValueBytes(Uint8Array.of(4, 5, 6))
    const kept = toKeyBytes(Uint8Array.of(7, 8, 9))
    borrowKeyBytes('abcd')
    expect([...key, ...value, ...kept]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('what only looks like bytes is refused, and the message says which argument and what was given', () => {
    const cases: [unknown, string][] = [
      [null, 'null'],
      [undefined, 'undefined'],
      [7, 'a number'],
      [[1], 'an array of 1'],
      [new Uint8ClampedArray(2), 'not bytes'],
      [new ArrayBuffer(3), 'an ArrayBuffer of 3 bytes'],
      [new DataView(new ArrayBuffer(3)), 'a DataView'],
      [{ length: 1, 0: 1 }, 'an object'],
      [Object.create(Uint8Array.prototype), 'an object'],
      [new Proxy(Uint8Array.of(1), {}), 'an object'],
      [() => 1, 'a function'],
    ]
    for (const [given, shown] of cases) {
      const message = messageOf(() => toKeyBytes(given))
      expect(message).toMatch(/^key must be/)
      expect(message).toContain(shown)
    }
    expect(messageOf(() => toValueBytes(7))).toMatch(/^value must be/)
  })

  test('limits are in KiB and MiB of bytes, and the message tells the size and never the content', () => {
    expect(toKeyBytes('é'.repeat(MAX_KEY_BYTES / 2))).toHaveLength(MAX_KEY_BYTES)
    const message = messageOf(() => toKeyBytes(`secret${'é'.repeat(MAX_KEY_BYTES / 2)}`))
    expect(message).toContain(String(MAX_KEY_BYTES + 6))
    expect(message).not.toContain('secret')
    expect(messageOf(() => toKeyBytes(new Uint8Array(MAX_KEY_BYTES + 1)))).toContain('at most 64 KiB; given was 65537')
    expect(messageOf(() => toValueBytes(Buffer.allocUnsafeSlow(MAX_VALUE_BYTES + 1)))).toContain('at most 256 MiB')
  })
})
