import type { Arbitrary, IAsyncPropertyWithHooks } from 'fast-check'
import { CommitHistory } from './commit-history.ts'
import { lifeCommands } from './life-commands.ts'
import { readCommands } from './read-commands.ts'
import { type FastCheck, type StoreArbitrariesOptions, storeArbitraries } from './store-arbitraries.ts'
import type { StoreCommand } from './store-command.ts'
import type { StoreHarness } from './store-harness.ts'
import { StoreSession } from './store-session.ts'
import { scanCommands, snapshotCommands } from './view-commands.ts'
import { writeCommands } from './write-commands.ts'

/** Makes a harness with an empty place of its own; called for every run. */
export type StoreHarnessFactory = () => Promise<StoreHarness>

/** Options of a `StoreModel`. */
export interface StoreModelOptions extends StoreArbitrariesOptions {
  /** The most commands of a run. Default: 60. */
  readonly maxCommands?: number
  /** Commands of your own, beside those of `storeCommands`. Default: none. */
  readonly commands?: readonly Arbitrary<StoreCommand>[]
  /** What a failure names, to run its commands again. */
  readonly replayPath?: string
}

/** Options of a run of commands against a store and its model. */
export interface StoreModelRunOptions extends StoreModelOptions {
  /** Default: 100. */
  readonly runs?: number
  /** Default: a new one each time; a failure names it. */
  readonly seed?: number
  /** The path that a failure names, to go straight to the run that failed. */
  readonly path?: string
}

/** A run of commands as fast-check makes and shrinks them. */
export type StoreModelProperty = IAsyncPropertyWithHooks<[Iterable<StoreCommand>]>

/**
 * Everything that a store can be asked to do: writes of every durability, reads of every form, snapshots and scans that stay open, sync, flush, compact,
 * close and open, and the crashes that `harness` can make. For `fc.commands`, with a CommitHistory as the model and a StoreSession as the real thing.
 */
export function storeCommands(
  fc: FastCheck,
  harness: Pick<StoreHarness, 'kill' | 'powerCut'>,
  options: StoreArbitrariesOptions = {},
): Arbitrary<StoreCommand>[] {
  const arbitraries = storeArbitraries(fc, options)
  const writes = writeCommands(fc, arbitraries)
  return [
    // Twice, so that there is something to read.
    ...writes,
    ...writes,
    ...readCommands(fc, arbitraries),
    ...snapshotCommands(fc, arbitraries),
    ...scanCommands(fc, arbitraries),
    ...lifeCommands(fc, arbitraries, harness),
  ]
}

/** Random commands to a store and to the model, for `fc.assert` or `fc.check`: what the store answers must be what the model says. */
export async function storeModelProperty(
  fc: FastCheck,
  factory: StoreHarnessFactory,
  options: StoreModelOptions = {},
): Promise<StoreModelProperty> {
  const { maxCommands = 60, replayPath, commands: own = [] } = options
  const probe = await factory()
  const kinds = [...storeCommands(fc, probe, options), ...own]
  await probe.cleanup()
  const { keys } = storeArbitraries(fc, options)
  const commands = fc.commands(kinds, { maxCommands, size: 'max', ...(replayPath !== undefined && { replayPath }) })
  return fc.asyncProperty(commands, async (given) => {
    const harness = await factory()
    try {
      const opening = harness.open()
      const session = new StoreSession(harness, await (harness.drive?.(opening) ?? opening), keys)
      await fc.asyncModelRun(() => ({ model: new CommitHistory(), real: session }), given)
      await session.drive(session.gather())
      await session.drive(session.store.close())
    } finally {
      await harness.cleanup()
    }
  })
}

/** Runs `storeModelProperty`. Rejects with fast-check's report: seed, path, and the commands, shrunk. */
export async function assertStoreModel(
  fc: FastCheck,
  factory: StoreHarnessFactory,
  options: StoreModelRunOptions = {},
): Promise<void> {
  const { runs = 100, seed, path } = options
  await fc.assert(await storeModelProperty(fc, factory, options), {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  })
}
