import { afterEach, describe, expect, test } from 'vitest'
import { VarveError } from '../../src/errors.ts'
import { Fuzzer, totalOf } from '../support/fuzz-run.ts'
import { AllocationGuard, Trial } from '../support/fuzz-trial.ts'

const EXECUTIONS = 100_000

/**
 * So many refusals, told apart by their messages, are reached in so many executions; fewer mean that less is
 * tested.
 */
const LEAST_REFUSALS: Readonly<Record<string, number>> = {
  table: 48,
  manifest: 22,
  log: 18,
  'version-edit': 16,
  block: 13,
  properties: 6,
  operations: 5,
  'log-header': 4,
  filter: 3,
  current: 1,
  store: 40,
}

/** In milliseconds: many times what it takes. */
const PATIENCE = 300_000

const { stackTraceLimit } = Error

afterEach(() => {
  Error.stackTraceLimit = stackTraceLimit
})

async function run(from: number, count: number): Promise<Fuzzer> {
  const fuzzer = await Fuzzer.create()
  try {
    for (let seed = from; seed < from + count; seed++) await fuzzer.execute(seed)
  } finally {
    fuzzer.close()
  }
  return fuzzer
}

describe('no file makes a parser hang, crash, or take memory beyond twice its input and 8 MiB', () => {
  test(
    `in ${EXECUTIONS} damaged files, most of them with right checksums`,
    async () => {
      Error.stackTraceLimit = 0
      const fuzzer = await run(0, EXECUTIONS)
      const total = totalOf(fuzzer.counts)
      expect(total.executions).toBe(EXECUTIONS)
      expect(total.past).toBeGreaterThan(0.75 * EXECUTIONS)
      expect(total.accepted).toBeGreaterThan(0.2 * EXECUTIONS)
      expect(total.refusals).toBeGreaterThan(130)
      expect([...fuzzer.counts.keys()].sort()).toEqual(fuzzer.targets.sort())
      for (const [target, { accepted, refusals }] of fuzzer.counts) {
        expect(accepted, target).toBeGreaterThan(0)
        expect(refusals.size, target).toBeGreaterThanOrEqual(LEAST_REFUSALS[target] ?? 0)
      }
    },
    PATIENCE,
  )

  test('and the same number makes the same file', async () => {
    const [first, second] = [await run(500, 1500), await run(500, 1500)]
    const plain = (fuzzer: Fuzzer) =>
      [...fuzzer.counts].map(([name, { largestBytes: _, refusals, ...counts }]) => [name, counts, [...refusals]])
    expect(plain(second)).toEqual(plain(first))
  })
})

describe('the oracle notices', () => {
  test('every error that is no refusal', () => {
    const trial = new Trial(100)
    const refused = new VarveError('CORRUPTION', 'a block of 5 bytes in /store/000001.sst at byte 7 is bad')
    trial.attempt(() => {
      throw refused
    })
    expect([...trial.refusals]).toEqual(['CORRUPTION: a block of # bytes is bad'])
    for (const error of [new TypeError('x'), new RangeError('x'), new VarveError('IO', 'x')]) {
      expect(() =>
        trial.attempt(() => {
          throw error
        }),
      ).toThrow(error)
    }
  })

  test('work without end, and memory beyond measure', async () => {
    const trial = new Trial(100)
    expect(() => {
      for (;;) trial.step()
    }).toThrow(/2800 steps/)
    const guard = new AllocationGuard()
    try {
      await guard.watch(100, () => void new Uint8Array(8_000_000))
      await expect(guard.watch(100, () => void new Uint8Array(9_000_000))).rejects.toThrow(/9\d+ bytes were taken/)
      await expect(guard.watch(100, () => void new Float64Array(1_100_000))).rejects.toThrow(/bytes were taken/)
      // Seen by the heap alone, which may lose garbage of earlier tests meanwhile: this is far more than that.
      await expect(guard.watch(100, () => void Buffer.allocUnsafeSlow(200_000_000))).rejects.toThrow(/bytes were taken/)
    } finally {
      guard.restore()
    }
  })
})
