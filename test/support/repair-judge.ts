import { open } from '../../src/database/open.ts'
import { VarveError } from '../../src/errors.ts'
import type { RepairReport } from '../../src/inspect/repair-report.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { FileCall, FileOperation } from '../../src/testing/fault-plan.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { contentsOf, readFile, STORE } from './recovery-disk.ts'
import { TARGET } from './repair-place.ts'

type Contents = Readonly<Record<string, string>>

/** What a repair has to go by. */
export interface Expected {
  /** The damaged store, to the byte. */
  readonly source: string
  /** What a repair finds when nothing fails, and whether that is everything. */
  readonly content: Contents
  readonly complete: boolean | undefined
  /** All values that each key ever had. */
  readonly history: ReadonlyMap<string, ReadonlySet<string>>
  /** Whether the target was there before. */
  readonly hasTarget: boolean
}

export interface Outcome {
  /** The calls that were failed. */
  readonly failed: readonly FileCall[]
  report: RepairReport | undefined
  error: VarveError | undefined
}

/** Without these nothing can be removed. */
const REMOVALS: readonly FileOperation[] = ['list', 'unlink', 'removeDirectory']

/** Names and bytes of a directory's files in one text; undefined where there is none. */
export function storeText(disk: SimulatedFileSystem, directory: string): string | undefined {
  if (disk.status(directory) === undefined) return undefined
  const names = disk.list(directory).sort()
  return names
    .map((name) => `${name} ${Buffer.from(readFile(disk, `${directory}/${name}`)).toString('latin1')}`)
    .join('\n')
}

/** What a store that is there, and whole, holds. */
export async function contentIn(disk: SimulatedFileSystem, directory: string): Promise<Contents> {
  const store = await openHeard(disk.killed(), directory)
  try {
    await store.verify()
    return contentsOf(store)
  } finally {
    await store.close()
  }
}

/** An error that no sync has told yet comes out in an opening, which is refused; nothing else fails here. */
async function openHeard(disk: SimulatedFileSystem, directory: string): Promise<KeyValueStore<'utf8'>> {
  for (let tries = 0; ; tries++) {
    try {
      return await open(directory, { fileSystem: disk, createIfMissing: false, encoding: 'utf8' })
    } catch (error) {
      if (tries === 5 || !(error instanceof VarveError) || error.code !== 'POISONED') throw error
    }
  }
}

/** The damaged store is never touched; the new one is there, or nothing is. `outcome` is undefined where the machine failed meanwhile. */
export async function judgeOffline(
  disk: SimulatedFileSystem,
  outcome: Outcome | undefined,
  expected: Expected,
): Promise<void> {
  if (storeText(disk, STORE) !== expected.source) throw new Error('the damaged store has changed')
  if (outcome?.report !== undefined) return await expectTold(disk, TARGET, outcome.report, expected)
  const isLeft = outcome === undefined || outcome.failed.some(({ operation }) => REMOVALS.includes(operation))
  if (isLeft) return await expectNothingHalf(disk, TARGET, expected)
  // A directory may be made by a call that fails all the same; then nothing is in it.
  const mayBeThere = expected.hasTarget || outcome.failed[0]!.operation === 'makeDirectory'
  const left = storeText(disk, TARGET)
  if (left !== undefined && (left !== '' || !mayBeThere)) throw new Error(`${disk.list(TARGET)} are left in the target`)
  if (left === undefined && expected.hasTarget) throw new Error('the target was not for the repair to remove')
}

/** The damaged store is at its place, or else kept beside it; then the new one is at the place or, where the second rename is missing, beside it. */
export async function judgeInPlace(
  disk: SimulatedFileSystem,
  outcome: Outcome | undefined,
  expected: Expected,
): Promise<void> {
  const repaired = `${STORE}.repaired-1`
  if (storeText(disk, STORE) === expected.source) {
    if (outcome !== undefined && outcome.error === undefined) throw new Error('the damaged store is still in its place')
    return await expectNothingHalf(disk, repaired, expected)
  }
  if (storeText(disk, `${STORE}.damaged-1`) !== expected.source) throw new Error('the damaged store is gone')
  // A rename may fail and have taken its effect.
  const mayBeBetween = outcome === undefined || outcome.failed.some(({ operation }) => operation === 'rename')
  const isBetween = disk.status(STORE) === undefined && mayBeBetween
  expectOf(await contentIn(disk, isBetween ? repaired : STORE), expected)
}

/** What a report calls complete is, and what it tells of is there and was there before. */
async function expectTold(
  disk: SimulatedFileSystem,
  directory: string,
  report: RepairReport,
  expected: Expected,
): Promise<void> {
  const found = await contentIn(disk, directory)
  if (Object.keys(found).length !== report.entries) throw new Error(`${report.entries} entries are told of`)
  expectOf(found, expected)
  const isSame = JSON.stringify(found) === JSON.stringify(expected.content)
  if (report.complete && (!isSame || !expected.complete)) throw new Error(`${JSON.stringify(found)} is not complete`)
}

function expectOf(found: Contents, { history }: Expected): void {
  for (const [key, value] of Object.entries(found)) {
    if (!history.get(key)?.has(value)) throw new Error(`${key} was never ${value}`)
  }
}

/** What is left of a repair that failed, and that could not be removed, is no store, or is refused, or is a whole one. */
async function expectNothingHalf(disk: SimulatedFileSystem, directory: string, expected: Expected): Promise<void> {
  if (disk.status(`${directory}/CURRENT`) === undefined) return
  let found: Contents
  try {
    found = await contentIn(disk, directory)
  } catch (error) {
    if (error instanceof VarveError && error.code === 'CORRUPTION') return
    throw error
  }
  expectOf(found, expected)
  if (Object.keys(found).length === 0) throw new Error('a store without anything is left')
}
