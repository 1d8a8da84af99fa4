import type { OpenOptions } from '../../src/database/options.ts'
import { VarveError } from '../../src/errors.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { Choices } from '../../src/testing/choices.ts'
import { sameState, show, showValue } from '../../src/testing/commit-history.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { stateOf, toBytes, toText } from '../../src/testing/store-session.ts'
import { type CrashImage, STORE } from './crash-run-camera.ts'
import { openDamaged } from './crash-run-damaged.ts'
import { FaultDraw } from './crash-run-faults.ts'
import type { Recovered } from './crash-run-history.ts'
import { BrokenInvariant } from './crash-run-invariants.ts'
import { recoveredBy, visibleHash, Workbench } from './crash-run-opening.ts'

/** A recovered store, and what a closer look at it may need. */
export interface Recovery {
  readonly image: CrashImage
  /** The image before it was opened. */
  readonly spare: SimulatedFileSystem
  readonly bench: Workbench
  readonly store: KeyValueStore
  readonly found: Recovered
  readonly choices: Choices
  readonly keys: readonly string[]
}

/** A closer look at a recovered store; each costs more than the opening, and is taken at a share of the images. */
export type Probe = (recovery: Recovery) => Promise<void>

const agreement: Probe = async ({ bench, store, found, keys }) => {
  const { checks } = bench
  const { state } = found
  const say = (how: string, key: string, actual: string | undefined): void =>
    checks.require(11, actual === state.get(key), () => {
      return `${how} says ${showValue(actual)} of ${JSON.stringify(key)}, a scan ${showValue(state.get(key))}`
    })
  const asked = [...new Set([...keys, ...state.keys(), 'a\xff', 'nothing'])].map(toBytes)
  const snapshot = store.snapshot()
  const reversed = stateOf(store.scan({ reverse: true }).allSync().reverse())
  checks.require(11, sameState(reversed, state), () => `a reverse scan finds ${show(reversed)}, not ${show(state)}`)
  const many = await bench.run(store.getMany(asked))
  for (const [i, bytes] of asked.entries()) {
    const key = toText(bytes)
    say('getSync', key, toText(store.getSync(bytes)))
    say('getMany', key, toText(many[i]))
    say('a snapshot', key, toText(snapshot.getSync(bytes)))
    checks.require(13, store.hasSync(bytes) === state.has(key), () => `has disagrees on ${JSON.stringify(key)}`)
    const scan = store.scan({ limit: 1 })
    scan.seek(bytes)
    const [next] = scan.allSync()
    const expected = [...state.keys()].find((each) => each >= key)
    checks.require(11, toText(next?.[0]) === expected, () => `seek ${JSON.stringify(key)} misses`)
  }
  const count = await bench.run(store.count())
  checks.require(11, count === state.size, () => `count says ${count}, a scan ${state.size}`)
  checks.require(12, sameState(stateOf(snapshot.scan().allSync()), state), () => 'a snapshot sees something else')
  snapshot.close()
}

const structure: Probe = async ({ bench, store }) => {
  const report = await bench.run(store.verify())
  bench.checks.require(13, report.problems.length === 0, () => JSON.stringify(report.problems))
  checkFiles(bench, store, report.files)
}

/** Names on the disk against what the store says it has. A life that ended well removes nothing at its opening. */
function checkFiles({ disk, checks }: Workbench, store: KeyValueStore, files: number): void {
  const names = disk.list(STORE)
  // What openings dropped bytes of is kept in lost/, and belongs to no store any more.
  const ours = names.filter((name) => name !== 'CURRENT' && name !== 'LOCK' && name !== 'lost')
  const tables = store.stats().levels.reduce((sum, level) => sum + level.tables, 0)
  const isExact = !store.recovery.clean || store.recovery.created
  const isThere = (ending: string): number => names.filter((name) => name.endsWith(ending)).length
  const said = `${names.join(' ')} where there should be ${tables} tables, ${files} files`
  checks.require(14, isExact ? ours.length === files : ours.length >= files, () => said)
  checks.require(14, isExact ? isThere('.sst') === tables : isThere('.sst') >= tables, () => said)
}

/** Opened again after a kill, then after a close: nothing is written meanwhile. */
const stability: Probe = async ({ bench, found, choices }) => {
  const { checks, disk, options } = bench
  const again = new Workbench(disk.crash(choices), 10, options, checks)
  for (const how of ['a power cut', 'a close']) {
    const store = await again.open()
    const second = recoveredBy(store)
    checks.require(8, sameState(second.state, found.state) && second.lastSequence === found.lastSequence, () => {
      return `${show(second.state)} at ${second.lastSequence} after ${how}, before ${show(found.state)} at ${found.lastSequence}`
    })
    await again.run(store.close())
  }
}

const use: Probe = async ({ bench, store, found, choices, keys }) => {
  const { checks, disk, options } = bench
  const expected = new Map(found.state)
  for (const [i, durability] of (['power', 'none', 'process', 'none'] as const).entries()) {
    const key = keys[i % keys.length]!
    const value = i === 2 ? undefined : `${i}`.repeat(90)
    const write =
      value === undefined ? store.delete(toBytes(key), { durability }) : store.put(toBytes(key), value, { durability })
    const sequence = await bench.run(write)
    checks.require(7, sequence > found.lastSequence, () => `sequence ${sequence} is not new: ${found.lastSequence}`)
    if (value === undefined) expected.delete(key)
    else expected.set(key, value)
    if (i === 1) await bench.run(store.flush())
    if (i === 2) await bench.run(store.compact())
  }
  const held = stateOf(store.scan().allSync())
  checks.require(20, sameState(held, expected), () => `holds ${show(held)}, written was ${show(expected)}`)
  await bench.run(store.close())
  checks.require(15, disk.openFiles === 0, () => `${disk.openFiles} files stay open`)
  checks.require(15, bench.runtime.timers === 0, () => `${bench.runtime.timers} timers stay`)
  const next = new Workbench(disk.crash(choices), 11, options, checks)
  const reopened = await next.open()
  const after = recoveredBy(reopened)
  checks.require(10, sameState(after.state, expected), () => `${show(after.state)} after a close of ${show(expected)}`)
  await next.runtime.advance(10_000)
  await next.run(reopened.close())
  checks.require(15, next.disk.openFiles === 0 && next.runtime.timers === 0, () => 'files or timers stay')
}

/** How to open a store so that nothing may change, and how an opening may then fail. */
const HARMLESS: readonly (readonly [options: OpenOptions<'bytes'>, refusals: readonly string[], changes: boolean])[] = [
  [{ readOnly: true }, ['NOT_FOUND'], false],
  [{ createIfMissing: false }, ['NOT_FOUND'], true],
  [{ errorIfExists: true }, ['EXISTS'], true],
  [{ signal: AbortSignal.abort() }, ['ABORTED'], true],
  [{ recovery: 'absolute' }, ['CORRUPTION'], true],
]

/** Whoever only reads, or is refused, changes nothing, and reads the same where it reads. */
export const refusal: Probe = async ({ bench, spare, image, found }) => {
  const { checks, options } = bench
  for (const [mode, refusals, changes] of HARMLESS) {
    const disk = spare.fork()
    const before = visibleHash(disk)
    const reader = new Workbench(disk, 12, options, checks)
    let store: KeyValueStore | undefined
    try {
      store = await reader.open(mode)
    } catch (error) {
      if (!(error instanceof VarveError && refusals.includes(error.code))) throw error
    }
    if (store !== undefined) {
      const { state } = recoveredBy(store)
      checks.require(3, sameState(state, found.state), () => `${JSON.stringify(mode)} reads ${show(state)}`)
      await reader.run(store.close())
      if (changes) continue
    }
    const { mutations } = reader.totals
    if (!changes) checks.require(17, mutations === 0, () => `${mutations} changing calls of a reading opening`)
    checks.require(17, visibleHash(disk) === before, () => `${JSON.stringify(mode)} has changed the disk`)
    checks.require(15, disk.openFiles === 0, () => `${disk.openFiles} files stay open of ${image.place}`)
  }
}

const damaged: Probe = ({ bench, spare, image, choices }) => {
  const { checks, options } = bench
  return openDamaged({ disk: spare.fork(), moment: image.moment, crash: image.crash, choices, options, checks })
}

/** A recovery whose calls fail, and then one whose calls do not. */
const failing: Probe = async ({ bench, spare, image, found, choices }) => {
  const { checks, options } = bench
  const disk = spare.fork()
  const faults = new FaultDraw(choices, disk, 'fault in recovery')
  const next = new Workbench(disk, 14, options, checks, {
    before: () => {},
    fault: (call) => faults.draw(call)?.fault,
  })
  let store: KeyValueStore | undefined
  try {
    store = await next.open()
  } catch (error) {
    if (!(error instanceof VarveError)) throw new BrokenInvariant(16, `a fault gave ${error as Error}`, error)
    checks.require(15, disk.openFiles === 0, () => `${disk.openFiles} files stay open after ${error.message}`)
  }
  if (faults.count > 0) await checkTold(next, store, faults)
  // A disk of which not everything is durable may lose more at the second crash.
  if (image.crash === 'kill') return
  const again = new Workbench(disk.crash(choices), 15, options, checks)
  const second = recoveredBy(await again.open())
  checks.require(9, sameState(second.state, found.state), () => {
    return `${show(second.state)} after a recovery that failed, ${show(found.state)} without`
  })
}

/** A failed sync has ended the opening, or, where it was one of the background's, the writing. */
async function checkTold(bench: Workbench, store: KeyValueStore | undefined, faults: FaultDraw): Promise<void> {
  await bench.runtime.drain()
  bench.checks.held(16)
  if (store === undefined || !faults.isFatal) return
  try {
    store.putSync('', '')
  } catch (error) {
    if (error instanceof VarveError && error.code === 'POISONED') return
    throw error
  }
  throw new BrokenInvariant(16, 'a failed sync was passed over in silence')
}

/** The modes differ only where something is proven lost. */
const lenient: Probe = async ({ bench, spare, found }) => {
  const next = new Workbench(spare.fork(), 16, bench.options, bench.checks)
  const second = recoveredBy(await next.open({ recovery: 'point-in-time' }))
  bench.checks.require(9, sameState(second.state, found.state), () => `point-in-time finds ${show(second.state)}`)
}

/** Each as likely as the others; where none is chosen, the opening alone is checked. */
export const PROBES: readonly Probe[] = [agreement, structure, stability, use, refusal, damaged, failing, lenient]
