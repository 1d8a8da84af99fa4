import { VarveError } from '../../src/errors.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { RecoveryReport } from '../../src/kv-store/recovery-report.ts'
import { contentsOf, diskOf, type Files, openOn } from './recovery-disk.ts'

/** What a store that is right may hold: the last of these, or an earlier one where `mayLose` says so. */
export type States = readonly Readonly<Record<string, string>>[]

export interface Tally {
  /** Opening refused. */
  refused: number
  /** It opened, and a read or `verify` said what is wrong. */
  told: number
  harmless: number
  shorter: number
}

export function newTally(): Tally {
  return { refused: 0, told: 0, harmless: 0, shorter: 0 }
}

/** Whether what opening found out excuses that the end of the store is missing. */
export type MayLose = (report: RecoveryReport) => boolean

/**
 * Opens damaged files and reads everything in every way. Throws unless each answer is the right one, or a VarveError; where `mayLose` agrees, the
 * answers of an earlier state are right, too.
 */
export async function probe(files: Files, states: States, mayLose: MayLose, tally: Tally): Promise<void> {
  const store = await attempt(() => openOn(diskOf(files)))
  if (store === undefined) {
    tally.refused++
    return
  }
  const allowed = mayLose(store.recovery) ? states : states.slice(-1)
  const found = await readAll(store, states)
  await attempt(() => store.close())
  const state = allowed.find((each) => agrees(found, each))
  if (state === undefined)
    throw new Error(`a wrong answer: ${JSON.stringify(found)}, ${JSON.stringify(store.recovery)}`)
  if (state !== states.at(-1)) tally.shorter++
  else if (found.isTold) tally.told++
  else tally.harmless++
}

/** What a store answered; undefined where it refused to. */
interface Found {
  readonly scan: Readonly<Record<string, string>> | undefined
  readonly reversed: readonly (readonly [string, string])[] | undefined
  readonly count: number | undefined
  /** By key; null where it says that there is none. */
  readonly gets: ReadonlyMap<string, string | null>
  /** Whether anything was refused, `verify` included. */
  readonly isTold: boolean
}

/** Sort before, between and behind all others. */
const ABSENT = ['', 'a\0', 'i', 'missing', '\u{10ffff}']

async function readAll(store: KeyValueStore<'utf8'>, states: States): Promise<Found> {
  const keys = new Set([...states.flatMap((state) => Object.keys(state)), ...ABSENT])
  const gets = new Map<string, string | null>()
  for (const key of keys) {
    const value = attemptSync(() => store.getSync(key) ?? null)
    if (value !== undefined) gets.set(key, value)
  }
  const scan = attemptSync(() => contentsOf(store))
  const reversed = attemptSync(() => store.scan({ reverse: true }).allSync())
  const count = await attempt(() => store.count())
  const verified = await attempt(() => store.verify())
  const isTold = gets.size < keys.size || [scan, reversed, count, verified].includes(undefined)
  return { scan, reversed, count, gets, isTold }
}

function agrees({ scan, reversed, count, gets }: Found, state: Readonly<Record<string, string>>): boolean {
  const text = JSON.stringify(state)
  if (scan !== undefined && JSON.stringify(scan) !== text) return false
  if (reversed !== undefined && JSON.stringify(Object.fromEntries(reversed.toReversed())) !== text) return false
  if (count !== undefined && count !== Object.keys(state).length) return false
  for (const [key, value] of gets) if (value !== (state[key] ?? null)) return false
  return true
}

/** Undefined where a VarveError was thrown; any other error is a fault of the store. */
async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    return refusalOf(error)
  }
}

function attemptSync<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    return refusalOf(error)
  }
}

function refusalOf(error: unknown): undefined {
  if (!(error instanceof VarveError) || error.code === 'INVALID_ARGUMENT') throw error
}

/** Every damage of one kind to one file, with a name for it. */
export function* damages(bytes: Uint8Array, masks: readonly number[]): Generator<readonly [string, Uint8Array]> {
  for (let offset = 0; offset < bytes.length; offset++) {
    for (const mask of masks) {
      const copy = bytes.slice()
      copy[offset] = copy[offset]! ^ mask
      yield [`byte ${offset} ^ ${mask}`, copy]
    }
    yield [`cut at ${offset}`, bytes.slice(0, offset)]
  }
  for (let start = 0; start < bytes.length; start += 64) {
    const copy = bytes.slice()
    copy.fill(0, start, start + 64)
    yield [`zeros from ${start}`, copy]
  }
  yield ['a byte more', Uint8Array.from([...bytes, 0])]
  yield ['twice', Uint8Array.from([...bytes, ...bytes])]
}
