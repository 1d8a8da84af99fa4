import { expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { type Choices, seededChoices } from '../../src/testing/choices.ts'
import { everyChoice } from '../../src/testing/every-choice.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { isChange } from '../support/recovery-calls.ts'

const STORE = '/store'

/** What an opener came to: 'opened', or the code of its error; and the calls with which it changed something. */
interface Outcome {
  readonly said: string
  readonly changes: readonly string[]
}

/** Lets openers of one directory run at once, each closing again where it got in; who goes next is chosen at each call. */
async function race(disk: SimulatedFileSystem, choices: Choices, openers: readonly OpenOptions<'bytes'>[]) {
  const runtime = new SimulatedRuntime({ choices, earlyTimers: false })
  disk.runtime = runtime
  let writers = 0
  const opener = async (options: OpenOptions<'bytes'>): Promise<Outcome> => {
    const seen = new FaultyFileSystem(disk)
    const said = await open(STORE, { ...options, fileSystem: seen, runtime }).then(
      async (store: KeyValueStore) => {
        if (!options.readOnly) expect(++writers).toBe(1)
        await runtime.yield()
        if (!options.readOnly) writers--
        await store.close()
        return 'opened'
      },
      (error: Error & { readonly code?: string }) => error.code ?? error.message,
    )
    // Making the directory comes before the lock in it; where it is there, that changes nothing.
    const changes = seen.calls.filter((call) => isChange(call) && call.operation !== 'makeDirectory')
    return { said, changes: changes.map(({ operation, path }) => `${operation} ${path}`) }
  }
  return runtime.run(Promise.all(openers.map(opener)))
}

/** A store that was killed, with content in its log. */
async function killedStore(): Promise<SimulatedFileSystem> {
  const disk = new SimulatedFileSystem()
  const store = await open(STORE, { fileSystem: disk })
  await store.put('a', '1')
  return disk.killed()
}

function requireHonest(outcomes: readonly Outcome[], allowed: RegExp): void {
  for (const { said, changes } of outcomes) {
    expect(said).toMatch(allowed)
    if (said !== 'opened') expect(changes).toEqual([])
  }
}

test('in every order of the calls of two openers and a reader one writes at a time, and who is refused has changed nothing', async () => {
  const killed = await killedStore()
  const seen = new Map<string, number>()
  for (const outcome of everyChoice((choices) => race(killed.fork(), choices, [{}, {}, { readOnly: true }]), {
    maxRuns: 50_000,
  })) {
    const outcomes = await outcome
    requireHonest(outcomes, /^(opened|LOCKED)$/)
    const said = outcomes
      .map((each) => each.said)
      .slice(0, 2)
      .join()
    seen.set(said, (seen.get(said) ?? 0) + 1)
  }
  expect([...seen.keys()].sort()).toEqual(['LOCKED,opened', 'opened,LOCKED', 'opened,opened'])
  process.stdout.write(`orders of two openers: ${JSON.stringify([...seen])}\n`)
})

test('who makes a store, who wants none to be there, who only reads: each says what it found, in 200 orders of the calls', async () => {
  const seen = new Set<string>()
  for (let seed = 0; seed < 200; seed++) {
    const disk = new SimulatedFileSystem()
    const openers = [{}, { errorIfExists: true }, { readOnly: true }, {}]
    const outcomes = await race(disk, seededChoices(seed), openers)
    requireHonest(outcomes, /^(opened|LOCKED|EXISTS|NOT_FOUND)$/)
    expect(outcomes.some(({ said }) => said === 'opened')).toBe(true)
    for (const [at, { said }] of outcomes.entries()) seen.add(`${at} ${said}`)
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(['0 opened', '0 LOCKED', '1 opened', '1 LOCKED', '1 EXISTS', '2 NOT_FOUND']),
  )
})

test('whoever comes while a writer lives is LOCKED, and is told by whom', async () => {
  const disk = new SimulatedFileSystem()
  const runtime = new SimulatedRuntime()
  disk.runtime = runtime
  const store = await runtime.run(open(STORE, { fileSystem: disk, runtime }))
  for (const readOnly of [true, false]) {
    const refused = runtime.run(open(STORE, { fileSystem: disk, runtime, readOnly }))
    await expect(refused).rejects.toMatchObject({ code: 'LOCKED', message: expect.stringContaining('process') })
  }
  await runtime.run(store.close())
})
