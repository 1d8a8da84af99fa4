import type { OpenOptions } from '../../src/database/options.ts'
import { VarveError } from '../../src/errors.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { Choices } from '../../src/testing/choices.ts'
import { type State, sameState, show } from '../../src/testing/commit-history.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { stateOf, toBytes } from '../../src/testing/store-session.ts'
import { STORE } from './crash-run-camera.ts'
import { type Damage, damage } from './crash-run-damage.ts'
import type { Crash, Moment } from './crash-run-history.ts'
import { BrokenInvariant, type InvariantChecks } from './crash-run-invariants.ts'
import { visibleHash, Workbench } from './crash-run-opening.ts'

/** A disk that is to be damaged and opened, and what had been promised of it. */
export interface DamagedOpening {
  readonly disk: SimulatedFileSystem
  readonly moment: Moment
  readonly crash: Crash
  readonly choices: Choices
  readonly options: OpenOptions<'bytes'>
  readonly checks: InvariantChecks
}

const MODES = [
  { recovery: 'strict-tail' },
  { recovery: 'absolute' },
  { recovery: 'point-in-time' },
  { recovery: 'strict-tail', readOnly: true },
] as const

/** So many copies are damaged, and more where there are several logs: one may prove what another has lost. */
const COPIES_MAX = 6

/** Opens copies of what a life left, each after somebody has damaged it; the disk itself stays as it is. */
export async function openDamagedCopies(opening: DamagedOpening): Promise<void> {
  const { disk, choices } = opening
  if (disk.status(STORE) === undefined) return
  const logs = disk.list(STORE).filter((name) => name.endsWith('.wal')).length
  const copies = (1 + choices.pick(COPIES_MAX, 'damage')) * Math.max(1, logs ** 2)
  for (let i = 0; i < copies; i++) {
    const copy = disk.fork()
    copy.capacityBytes = Infinity
    await openDamaged({ ...opening, disk: copy })
  }
}

/** Damage is refused, or costs only what nothing proves to have been there, and says so; no answer is wrong. */
export async function openDamaged(opening: DamagedOpening): Promise<void> {
  const { disk, choices, options, checks } = opening
  const done = damage(disk, STORE, choices)
  if (done === undefined) return
  const before = visibleHash(disk)
  const mode = MODES[choices.pick(MODES.length, 'probe')]!
  // A table that was made for nothing can stay where it is, too.
  const keeps = choices.pick(3, 'probe') === 1
  const bench = new Workbench(disk, 13, options, checks, {
    before: () => {},
    fault: ({ operation, path }) =>
      keeps && operation === 'unlink' && path.endsWith('.sst') ? { error: 'EBUSY' } : undefined,
  })
  let store: KeyValueStore
  try {
    store = await bench.open(mode)
  } catch (error) {
    if (!isRefusal(error)) throw new BrokenInvariant(16, `${done.what} gave ${(error as Error).stack}`, error)
    const isSame = keeps || visibleHash(disk) === before
    checks.require(17, isSame, () => `an opening refused with ${error.message} has changed the disk`)
    checks.require(15, disk.openFiles === 0, () => `${disk.openFiles} files stay open after ${error.message}`)
    return
  }
  const found = readIfWhole(store)
  if (found !== undefined) judgeDamaged(opening, done, store, found)
  if (found !== undefined && !('readOnly' in mode) && choices.pick(4, 'probe') === 1) await goOn(bench, store, found)
}

/** A block is looked at when it is read, or when the store is verified. */
function readIfWhole(store: KeyValueStore): State | undefined {
  try {
    return stateOf(store.scan().allSync())
  } catch (error) {
    if (!isRefusal(error)) throw new BrokenInvariant(16, `damage gave ${(error as Error).stack}`, error)
    return undefined
  }
}

function isRefusal(error: unknown): error is VarveError {
  return error instanceof VarveError && (error.code === 'CORRUPTION' || error.code === 'NOT_FOUND')
}

function judgeDamaged(
  { moment, crash, checks }: DamagedOpening,
  done: Damage,
  store: KeyValueStore,
  found: State,
): void {
  const { states, issued, powerFloor, processFloor, isLied } = moment
  const last = states.findLastIndex((state, count) => count <= issued && sameState(state, found))
  checks.require(5, last !== -1, () => `a damaged store reads ${show(found)}: somebody ${done.what}`)
  if (isLied || done.isUnknowable) return
  const { droppedReason, manifestDroppedBytes } = store.recovery
  const isTold = droppedReason !== undefined || manifestDroppedBytes > 0
  const floor = crash === 'kill' ? processFloor : powerFloor
  checks.require(1, isTold || last >= floor, () => {
    return `a loss is not told: somebody ${done.what}, and ${show(found)} is ${last} of ${floor} batches`
  })
}

/** What was opened after damage is a store like any other. */
async function goOn(bench: Workbench, store: KeyValueStore, found: State): Promise<void> {
  const { checks, disk, options } = bench
  await bench.run(store.put(toBytes('m'), 'new'))
  await bench.run(store.flush())
  await bench.run(store.close())
  const expected = new Map(found).set('m', 'new')
  const next = new Workbench(disk, 17, options, checks)
  const again = await next.open()
  const read = stateOf(again.scan().allSync())
  checks.require(20, sameState(read, expected), () => `${show(read)} behind damage, written was ${show(expected)}`)
  await next.run(again.close())
}
