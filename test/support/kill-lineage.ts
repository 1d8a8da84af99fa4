import { open } from '../../src/index.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { KillPlan, KillPoint } from './kill-file-system.ts'
import { type LifeReport, runLife } from './kill-life.ts'
import { applyKillWrite, killWrite, type Model, seededRandom } from './kill-workload.ts'

export interface LineageOptions {
  readonly directory: string
  readonly seed: number
  /** How many lives the store has, each ended by a kill. */
  readonly lives: number
  /** Called after each life that was proven. */
  readonly onLife?: (point: KillPoint, report: LifeReport) => void
}

/** Recovery comes after a life that leaves it much to do. */
const points: readonly KillPoint[] = ['moment', 'unlink', 'install', 'rotation', 'recovery']

/**
 * Kills the processes of one store again and again, and after each kill proves the promise: what is there is what a
 * prefix of the writes, in the order of their calls, leaves, and the prefix holds every write that was acknowledged
 * with 'power' or 'process'. Between lives the store is looked at read-only, so that the next life recovers what the
 * last one left; after a kill in recovery it is opened, verified and closed. Throws at the first broken promise,
 * naming seed and life.
 */
export async function runLineage(options: LineageOptions): Promise<void> {
  const { directory, seed } = options
  let model: Model = new Map()
  let everOpened = false
  for (let life = 0; life < options.lives; life++) {
    const random = seededRandom(seed, life)
    const kill = planKill(points[life % points.length]!, random)
    const writers = 1 + random(24)
    const report = await runLife({ directory, seed, life, writers, kill }, delayMs(kill.point, random))
    everOpened ||= report.opened
    const readOnly = everOpened && kill.point !== 'recovery'
    const state = await readState(directory, readOnly)
    model = requirePrefix(model, state, report, { seed, life, kill })
    options.onLife?.(kill.point, report)
  }
}

function planKill(point: KillPoint, random: (bound: number) => number): KillPlan {
  const occurrence = 1 + random(point === 'recovery' ? 12 : 4)
  return { point, occurrence, when: random(2) === 0 ? 'before' : 'after' }
}

/** A point that writers reach for certain gets time to be reached; a moment is soon. */
function delayMs(point: KillPoint, random: (bound: number) => number): number {
  return point === 'moment' || point === 'recovery' ? 5 + random(100) : 10_000
}

async function readState(directory: string, readOnly: boolean): Promise<Model> {
  const store: KeyValueStore = await open(directory, { readOnly })
  try {
    if (!readOnly) await store.verify()
    const state: Model = new Map()
    for await (const [key, value] of store.scan()) {
      state.set(Buffer.from(key).toString(), Buffer.from(value).toString())
    }
    return state
  } finally {
    await store.close()
  }
}

interface Where {
  readonly seed: number
  readonly life: number
  readonly kill: KillPlan
}

/** Returns the state, once it is proven to be that of an allowed prefix. */
function requirePrefix(before: Model, state: Model, report: LifeReport, where: Where): Model {
  const { seed, life } = where
  const model = new Map(before)
  for (let n = 0; n < report.acknowledged; n++) applyKillWrite(model, killWrite(seed, life, n))
  let reason = difference(model, state)
  const atAcknowledged = reason
  for (let n = report.acknowledged; reason !== undefined && n < report.limit; n++) {
    applyKillWrite(model, killWrite(seed, life, n))
    reason = difference(model, state)
  }
  if (reason === undefined) return state
  const told = JSON.stringify({ ...where, ...report })
  throw new Error(
    `no prefix with all acknowledged writes leaves what is there; the shortest: ${atAcknowledged}; ${told}`,
  )
}

function difference(expected: Model, actual: Model): string | undefined {
  for (const [key, value] of expected) {
    const found = actual.get(key)
    if (found !== value) return `${key} is ${label(found)}, expected ${label(value)}`
  }
  for (const [key, value] of actual) if (!expected.has(key)) return `${key} is ${label(value)}, expected to be missing`
  return undefined
}

/** Which life and write a value comes from, without its padding. */
function label(value: string | undefined): string {
  return value === undefined ? 'missing' : value.replace(/\.+$/, '')
}
