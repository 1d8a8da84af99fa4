import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { TapeBody, TapeSummary } from '../support/level-tape.ts'
import { TapeRun } from '../support/level-tape-run.ts'

async function runOf(...bodies: TapeBody[]): Promise<TapeSummary & { readonly heard: number }> {
  let heard = 0
  const run = new TapeRun(50, () => heard++)
  bodies.forEach((body, at) => {
    run.test(`test ${at}`, body)
  })
  return { ...(await run.run()), heard }
}

const never = new Promise<void>(() => undefined)

const malformed = () => decodeURI('%')
const pass: TapeBody = (t) => t.pass()
const end: TapeBody = (t) => t.end()
const planned =
  (count: number): TapeBody =>
  (t) =>
    t.plan(count)
const inTurn =
  (...steps: TapeBody[]): TapeBody =>
  (t) =>
    steps.map((step) => step(t)).at(-1)

describe('the stand-in for tape', () => {
  const failing: [what: string, message: RegExp, body: TapeBody][] = [
    ['a plan not met by a promise', /planned 2 assertions, made 1/, inTurn(planned(2), pass, async () => undefined)],
    ['a plan not met at end()', /planned 2 assertions, made 1/, inTurn(planned(2), pass, end)],
    ['a plan never met', /has not ended/, inTurn(planned(2), pass)],
    ['more than the plan', /assertion after the end/, inTurn(planned(1), pass, pass)],
    ['no end at all', /has not ended/, pass],
    ['a promise that never settles', /has not ended/, () => never],
    ['a promise that never settles, its plan met', /has not ended/, inTurn(planned(1), pass, () => never)],
    ['a second end', /ended twice/, inTurn(end, end)],
    ['an assertion after end()', /assertion after the end/, inTurn(end, pass)],
    ['a throw', /throws URIError/, malformed],
    ['a rejection', /throws Error: broken/, () => Promise.reject(new Error('broken'))],
    ['a rejection, its plan met', /throws Error/, inTurn(planned(1), pass, () => Promise.reject(new Error()))],
    ['fail', /because/, async (t) => t.fail('because')],
    ['ok', /0 is not true/, async (t) => t.ok(0)],
    ['is', /here \(0 is not NaN\)/, async (t) => t.is(0, Number.NaN, 'here')],
    ['isNot', /is 1/, async (t) => t.isNot(1, 1)],
    ['same', /differs/, async (t) => t.same([Buffer.from('a')], [new Uint8Array([97])])],
    ['throws without a throw', /does not throw/, async (t) => t.throws(Number, () => true)],
    ['throws with the wrong error', /does not throw/, async (t) => t.throws(malformed, () => false)],
    ['doesNotThrow', /throws/, async (t) => t.doesNotThrow(malformed)],
  ]
  test.each(failing)('fails by %s', async (_what, message, body) => {
    const { failures, heard, tests } = await runOf(body, async (t) => t.pass())
    expect(failures.map((failure) => failure.test)).toEqual(['test 0'])
    expect(failures[0]!.message).toMatch(message)
    expect([heard, tests]).toEqual([1, 2])
  })

  test('hears a test that asserts when the next one runs', async () => {
    let late: (() => void) | undefined
    const { failures } = await runOf(
      async (t) => {
        late = () => t.pass()
      },
      async () => late?.(),
    )
    expect(failures).toEqual([{ test: 'test 0', message: 'assertion after the end: pass' }])
  })

  test('counts what passes, one test after the other', async () => {
    const order: number[] = []
    const slow: TapeBody = async (t) => {
      await setImmediate()
      order.push(0)
      t.same({ a: [1] }, { a: [1] })
    }
    const timed: TapeBody = (t) => {
      t.plan(2)
      order.push(1)
      setTimeout(() => {
        t.is(Number.NaN, Number.NaN)
        t.pass('skip')
      }, 1)
    }
    const last: TapeBody = () => order.push(2)
    const { failures, tests, assertions, skipped } = await runOf(slow, timed, inTurn(last, end))
    expect({ failures, tests, assertions, skipped }).toEqual({ failures: [], tests: 3, assertions: 3, skipped: 1 })
    expect(order).toEqual([0, 1, 2])
  })
})
