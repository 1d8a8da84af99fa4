import type { Operation } from '../../src/testing/commit-history.ts'
import type { CrashRun } from './crash-run.ts'

type Action = (run: CrashRun) => Promise<void>

/** Awaited, or left in flight. */
async function written(run: CrashRun, operations: readonly Operation[]): Promise<void> {
  const durability = run.draws.durability()
  const way = run.choices.pick(5, 'operation')
  if (way === 4) return run.life.writeSync(operations, durability)
  run.life.write(operations, durability)
  if (way < 2) await run.life.gather()
}

const put: Action = (run) => written(run, [{ key: run.draws.key(), value: run.draws.value() }])

const remove: Action = (run) => written(run, [{ key: run.draws.key(), value: undefined }])

const batch: Action = async (run) => {
  const length = 2 + run.choices.pick(4, 'batch')
  const operations: Operation[] = []
  for (let i = 0; i < length; i++) {
    const key = run.draws.key()
    operations.push({ key, value: run.choices.pick(3, 'batch') === 0 ? undefined : run.draws.value() })
  }
  await written(run, operations)
}

/** Several calls of one turn share a group, or overtake each other's durability. */
const burst: Action = async (run) => {
  const count = 2 + run.choices.pick(4, 'batch')
  for (let i = 0; i < count; i++) {
    const value = run.choices.pick(3, 'batch') === 0 ? undefined : run.draws.value()
    run.life.write([{ key: run.draws.key(), value }], run.draws.durability())
  }
}

const clear: Action = async (run) => {
  run.life.clear(run.draws.range(), run.draws.durability())
  // One that fails is refused alone: a synchronous write behind it would be acknowledged before that can be told.
  if (run.isFaulty || run.choices.pick(2, 'operation') === 0) await run.life.gather()
}

const freed: Action = async (run) => {
  run.freeSpace()
  await run.life.settle('resume')
}

const ACTIONS: readonly (readonly [weight: number, action: Action])[] = [
  // Nothing at all: what a choice shrinks to.
  [1, async () => {}],
  [15, put],
  [6, remove],
  [4, batch],
  [4, burst],
  [1, clear],
  [1, (run) => run.life.settle('sync')],
  [3, (run) => run.life.settle('flush')],
  [2, (run) => run.life.compact(run.draws.range())],
  [2, async (run) => run.life.views.takeSnapshot()],
  [2, async (run) => run.life.views.checkSnapshots(run.choices.pick(2, 'operation') === 1)],
  [2, async (run) => run.life.views.moveScan(run.choices.pick(2, 'operation') === 1)],
  [2, async (run) => run.life.views.checkLatest()],
  [2, (run) => run.life.gather()],
  [2, (run) => run.pass()],
  [1, (run) => run.life.settle('resume')],
  [1, async (run) => run.fillDisk()],
  [1, freed],
  [1, (run) => run.reopen()],
  [1, (run) => run.crash('kill')],
  [1, (run) => run.crash('power cut')],
]

const BY_WEIGHT: readonly Action[] = ACTIONS.flatMap(([weight, action]) => Array<Action>(weight).fill(action))

/** One operation of a history. */
export async function operate(run: CrashRun): Promise<void> {
  await BY_WEIGHT[run.choices.pick(BY_WEIGHT.length, 'operation')]!(run)
}
