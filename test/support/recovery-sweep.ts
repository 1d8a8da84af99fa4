import { VarveError } from '../../src/errors.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { RecoveryReport } from '../../src/kv-store/recovery-report.ts'
import { contentsOf, diskOf, type Files, openOn } from './recovery-disk.ts'

/** What a store that is right may hold: the last of these, or an earlier one where `mayLose` says so. */
export type States = readonly Readonly<Record<string, string>>[]

export interface Tally {
  refused: number
  harmless: number
  shorter: number
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
  const found = await readAll(store)
  await attempt(() => store.close())
  const state = allowed.find((each) => agrees(found, each))
  if (state === undefined)
    throw new Error(`a wrong answer: ${JSON.stringify(found)}, ${JSON.stringify(store.recovery)}`)
  if (state !== states.at(-1)) tally.shorter++
  else if (found.scan === undefined || !found.verified) tally.refused++
  else tally.harmless++
}

interface Found {
  /** Undefined where it was refused. */
  readonly scan: Readonly<Record<string, string>> | undefined
  readonly gets: Readonly<Record<string, string | null>>
  readonly verified: boolean
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'missing']

async function readAll(store: KeyValueStore<'utf8'>): Promise<Found> {
  const gets: Record<string, string | null> = {}
  for (const key of KEYS) await attempt(async () => void (gets[key] = store.getSync(key) ?? null))
  const scan = await attempt(async () => contentsOf(store))
  const verified = (await attempt(() => store.verify())) !== undefined
  return { scan, gets, verified }
}

function agrees({ scan, gets }: Found, state: Readonly<Record<string, string>>): boolean {
  if (scan !== undefined && JSON.stringify(scan) !== JSON.stringify(state)) return false
  return Object.entries(gets).every(([key, value]) => value === (state[key] ?? null))
}

/** Undefined where a VarveError was thrown; any other error is a fault of the store. */
async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof VarveError && error.code !== 'INVALID_ARGUMENT') return undefined
    throw error
  }
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
