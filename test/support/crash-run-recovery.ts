import type { OpenOptions } from '../../src/database/options.ts'
import { VarveError } from '../../src/errors.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { sameState, show } from '../../src/testing/commit-history.ts'
import type { FileCall } from '../../src/testing/fault-plan.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { type CrashImage, isMutating, STORE } from './crash-run-camera.ts'
import { judge, type Recovered } from './crash-run-history.ts'
import { BrokenInvariant, type InvariantChecks } from './crash-run-invariants.ts'
import { recoveredBy, visibleHash, Workbench } from './crash-run-opening.ts'
import { PROBES, refusal } from './crash-run-probes.ts'

/** A recovery inside a recovery inside a recovery is the last that is cut short. */
const DEPTH_MAX = 3
const PROBES_AMONG = 4
/** What an opening may read, and how often it may call, for what is there. */
const READ_BYTES_MAX = 8
const READ_BYTES_FREE = 16 << 10
const CALLS_FREE = 200

export interface RecoveryRun {
  readonly options: OpenOptions<'bytes'>
  readonly checks: InvariantChecks
  readonly keys: readonly string[]
  /** Where images go that were taken inside this recovery. */
  readonly take: (image: CrashImage) => void
}

/** Opens what a crash left, holds it against what was promised, and at a share of the images looks closer. */
export async function recoverImage(image: CrashImage, run: RecoveryRun): Promise<Recovered | undefined> {
  const { checks } = run
  const { choices } = image
  if (image.moment.isTainted) return await recoverTainted(image, run)
  const drawn = PROBES[choices.pick(PROBES.length * PROBES_AMONG, 'probe')]
  // Of a store that is just being made there are few images.
  const probe = image.place === 'creation' ? (drawn ?? refusal) : drawn
  const spare = image.disk.fork()
  const nested: CrashImage[] = []
  const bench: Workbench = new Workbench(image.disk, image.depth, run.options, checks, {
    before: (call) => takeNested(image, call, nested),
    fault: () => undefined,
  })
  const bytes = bytesOn(spare)
  let store: KeyValueStore
  try {
    store = await bench.open()
  } catch (error) {
    if (!isProvenLoss(error)) throw error
    if (hasLostCurrent(spare)) return checkRefused(spare, image.disk, checks)
    if (!image.moment.isLied) throw new BrokenInvariant(1, `the opening was refused: ${error.message}`, error)
    return await recoverLie(image, new Workbench(spare, image.depth, run.options, checks))
  }
  const found = recoveredBy(store)
  judge(image.moment, image.crash, found, checks)
  checkExactly(image, found, checks)
  checkBounds(bench, store, bytes)
  for (const inner of nested) {
    // A killed process may lose more in a power cut; what a power cut left is found again, whatever cuts its recovery short.
    inner.exactly = image.crash === 'power cut' ? found : undefined
    run.take(inner)
  }
  await probe?.({ image, spare, bench, store, found, choices, keys: run.keys })
  return found
}

function takeNested(image: CrashImage, call: FileCall, nested: CrashImage[]): void {
  const { choices } = image
  if (image.depth === DEPTH_MAX || !isMutating(call) || choices.pick(2, 'nested image') === 0) return
  const disk = image.disk.crash(choices)
  const wasUnsynced = image.disk.unsyncedCount > 0
  nested.push({ ...image, disk, wasUnsynced, crash: 'power cut', place: 'recovery', depth: image.depth + 1 })
}

function checkExactly({ exactly }: CrashImage, found: Recovered, checks: InvariantChecks): void {
  if (exactly === undefined) return
  const isSame = sameState(exactly.state, found.state) && exactly.lastSequence === found.lastSequence
  checks.require(9, isSame, () => {
    const before = `${show(exactly.state)} at ${exactly.lastSequence}`
    return `${show(found.state)} at ${found.lastSequence} after a recovery that was cut short, before ${before}`
  })
}

function checkBounds({ totals, options, checks, disk }: Workbench, store: KeyValueStore, bytes: number): void {
  const readMost = READ_BYTES_MAX * bytes + READ_BYTES_FREE
  checks.require(19, totals.readBytes <= readMost, () => `${totals.readBytes} bytes read of ${bytes}`)
  const callsMost = CALLS_FREE + bytes
  checks.require(19, totals.calls <= callsMost, () => `${totals.calls} calls for ${bytes} bytes`)
  const memory = store.stats().memtableBytes
  const memoryMost = 4 * options.memtableBytes! + (256 << 10)
  checks.require(19, memory <= memoryMost, () => `${memory} bytes in memtables on ${disk.profile}`)
}

/** Of all files of the store. */
export function bytesOn(disk: FileSystem): number {
  if (disk.status(STORE) === undefined) return 0
  return disk.list(STORE).reduce((sum, name) => sum + (disk.status(`${STORE}/${name}`)?.size ?? 0), 0)
}

export function isProvenLoss(error: unknown): error is VarveError {
  return error instanceof VarveError && error.code === 'CORRUPTION'
}

/** Whether a rename has left neither name, as a disk without atomic renames may: nothing says then which manifest counts, and an opening is refused. */
export function hasLostCurrent(disk: SimulatedFileSystem): boolean {
  if (disk.profile !== 'paranoid' || disk.status(STORE) === undefined) return false
  const names = disk.list(STORE)
  return !names.includes('CURRENT') && names.some((name) => name.startsWith('MANIFEST-'))
}

function checkRefused(before: SimulatedFileSystem, after: SimulatedFileSystem, checks: InvariantChecks): undefined {
  const isSame = visibleHash(before) === visibleHash(after)
  checks.require(17, isSame, () => 'an opening was refused and has changed the disk')
}

/** A sync that lied may leave a log that is proven to have lost something: an opening that goes without it finds what was promised before the lie. */
async function recoverLie(image: CrashImage, bench: Workbench): Promise<Recovered> {
  const store = await bench.open({ recovery: 'point-in-time' })
  const found = recoveredBy(store)
  judge(image.moment, image.crash, found, bench.checks)
  return found
}

/** After a sync has lied of what the store stands on, a power cut may leave what is refused, or cannot be read; never a wrong answer. */
async function recoverTainted(image: CrashImage, run: RecoveryRun): Promise<Recovered | undefined> {
  const { options, checks } = run
  const spare = image.disk.fork()
  const recovery = (['strict-tail', 'point-in-time'] as const)[image.choices.pick(2, 'probe')]!
  const bench = new Workbench(image.disk, image.depth, { ...options, recovery }, checks)
  let store: KeyValueStore | undefined
  let found: Recovered
  try {
    store = await openTainted(image, bench)
    found = recoveredBy(store)
  } catch (error) {
    if (!isProvenLoss(error) || image.crash === 'kill') throw error
    if (store === undefined) checkRefused(spare, image.disk, checks)
    return undefined
  }
  judge(image.moment, image.crash, found, checks)
  return found
}

/** What a sync of a directory has kept to itself is told by the next one, in a life after a kill, too; and then no more. */
async function openTainted({ crash }: CrashImage, bench: Workbench): Promise<KeyValueStore> {
  try {
    return await bench.open()
  } catch (error) {
    if (crash !== 'kill' || !(error instanceof VarveError && error.code === 'POISONED')) throw error
    bench.checks.held(16)
    return bench.open()
  }
}

/** Whether a store opens, with whatever loss, and every byte that it needs can be read. */
export async function isWhole(
  disk: SimulatedFileSystem,
  options: OpenOptions<'bytes'>,
  checks: InvariantChecks,
): Promise<boolean> {
  const copy = disk.fork()
  copy.capacityBytes = Infinity
  const bench = new Workbench(copy, 0, { ...options, recovery: 'point-in-time' }, checks)
  try {
    const store = await bench.open()
    const { problems } = await bench.run(store.verify())
    return problems.length === 0
  } catch (error) {
    if (!isProvenLoss(error)) throw error
    return false
  }
}
