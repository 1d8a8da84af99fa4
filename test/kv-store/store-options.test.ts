import { describe, expect, test } from 'vitest'
import { boolean, checkOptions, integer, oneOf } from '../../src/kv-store/option-rules.ts'
import { checkStoreOptions, STORE_OPTION_RULES } from '../../src/kv-store/store-options.ts'
import { nodeRuntime } from '../../src/runtime.ts'

const TABLE = {
  blockBytes: integer(64, 1 << 20, 4096),
  verify: boolean(true),
  compression: oneOf(['none', 'deflate'], 'none'),
}

describe('options by a table', () => {
  test('that are absent have their defaults', () => {
    const expected = { blockBytes: 4096, verify: true, compression: 'none' }
    for (const given of [undefined, {}, { blockBytes: undefined }]) expect(checkOptions(given, TABLE)).toEqual(expected)
  })

  test('are typed by their rules and taken as given', () => {
    const checked = checkOptions({ blockBytes: 64, compression: 'deflate' }, TABLE)
    const bytes: number = checked.blockBytes
    const compression: 'none' | 'deflate' = checked.compression
    expect([bytes, checked.verify, compression]).toEqual([64, true, 'deflate'])
  })

  test('outside their rules are refused, with what is allowed', () => {
    const cases: [object | null, string][] = [
      [{ blockBytes: 63 }, 'blockBytes must be an integer from 64 to 1048576 (1 MiB); given was 63'],
      [{ blockBytes: (1 << 20) + 1 }, 'given was 1048577'],
      [{ blockBytes: 64.5 }, 'given was 64.5'],
      [{ blockBytes: Number.NaN }, 'given was NaN'],
      [{ blockBytes: '64' }, "given was '64'"],
      [{ blockBytes: null }, 'given was null'],
      [{ verify: 1 }, 'verify must be true or false; given was 1'],
      [{ compression: 'zip' }, 'compression must be one of none, deflate'],
      [{ blockSize: 64 }, "options has no option 'blockSize'; there are blockBytes, verify, compression"],
      [{ blockbyte: 64 }, "options has no option 'blockbyte'; did you mean blockBytes?"],
      [JSON.parse('{"__proto__": {"verify": false}}'), "no option '__proto__'"],
      [{ constructor: 1 }, "no option 'constructor'"],
      [null, 'options must be an object; given was null'],
      [[], 'options must be an object'],
    ]
    for (const [given, message] of cases) expect(() => checkOptions(given, TABLE)).toThrow(message)
  })

  test('are not inherited', () => {
    expect(checkOptions(Object.create({ blockBytes: 64 }), TABLE).blockBytes).toBe(4096)
  })
})

describe('the options of every store', () => {
  test('have the documented defaults', () => {
    expect(checkStoreOptions(undefined)).toEqual({
      durability: 'power',
      encoding: 'bytes',
      createIfMissing: true,
      errorIfExists: false,
      readOnly: false,
      syncIntervalMs: 200,
      commitLingerMs: 0,
      maxGroupBytes: 4 << 20,
      maxPendingBytes: 64 << 20,
      maxOpenFiles: 512,
      blockCacheBytes: 32 << 20,
      fileSystem: undefined,
      runtime: nodeRuntime,
      logger: undefined,
      signal: undefined,
    })
  })

  test('take objects as they are', () => {
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const { signal } = new AbortController()
    const checked = checkStoreOptions({ logger, signal, runtime: nodeRuntime })
    expect(checked.logger).toBe(logger)
    expect(checked.signal).toBe(signal)
    const partial = { logger: { ...logger, warn: undefined } }
    expect(() => checkStoreOptions(partial as never)).toThrow('logger must be a logger with debug, info, warn, error')
    expect(() => checkStoreOptions({ signal: {} as AbortSignal })).toThrow('signal must be an AbortSignal')
    expect(() => checkStoreOptions({ fileSystem: {} as never })).toThrow('fileSystem must be a file system with')
  })

  test('can be widened by an engine', () => {
    const checked = checkOptions({ blockBytes: 64, syncIntervalMs: 0 }, { ...STORE_OPTION_RULES, ...TABLE })
    expect([checked.blockBytes, checked.syncIntervalMs, checked.durability]).toEqual([64, 0, 'power'])
  })
})
