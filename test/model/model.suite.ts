import fc from 'fast-check'
import { test } from 'vitest'
import type { Command } from './command.ts'
import { CommitHistory } from './commit-history.ts'
import { lifeCommands } from './life-commands.ts'
import { readCommands } from './read-commands.ts'
import { type ModelHarness, Session } from './session.ts'
import { viewCommands } from './view-commands.ts'
import { writeCommands } from './write-commands.ts'

export type { ModelHarness } from './session.ts'

export type HarnessFactory = () => Promise<ModelHarness>

export interface ModelTestOptions {
  readonly runs: number
  readonly maxCommands: number
  /** Default: a new one each time; a failure names it. */
  readonly seed?: number
  /** The path and replay path that a failure names, to run it again. */
  readonly path?: string
  readonly replayPath?: string
}

export type ModelProperty = fc.IAsyncPropertyWithHooks<[Iterable<Command>]>

/** Random commands to a store and to the model; what the store answers must be what the model says. */
export async function modelProperty(
  factory: HarnessFactory,
  options: Pick<ModelTestOptions, 'maxCommands' | 'replayPath'>,
): Promise<ModelProperty> {
  const probe = await factory()
  const crashes = { kill: probe.kill !== undefined, powerCut: probe.powerCut !== undefined }
  await probe.cleanup()
  // Writes twice, so that there is something to read.
  const kinds = [...writeCommands, ...writeCommands, ...readCommands, ...viewCommands, ...lifeCommands(crashes)]
  const { maxCommands, replayPath } = options
  const commands = fc.commands(kinds, { maxCommands, size: 'max', ...(replayPath !== undefined && { replayPath }) })
  return fc.asyncProperty(commands, async (given) => {
    const harness = await factory()
    try {
      const session = new Session(harness, await harness.open())
      await fc.asyncModelRun(() => ({ model: new CommitHistory(), real: session }), given)
      await session.gather()
      await session.store.close()
    } finally {
      await harness.cleanup()
    }
  })
}

/** Tests a store against the model. The harness must clean up also after a failure, with the store still open. */
export function modelTest(name: string, factory: HarnessFactory, options: ModelTestOptions): void {
  test(`${name} agrees with the model`, { timeout: 600_000 }, async () => {
    const { runs, seed, path } = options
    const property = await modelProperty(factory, options)
    await fc.assert(property, {
      numRuns: runs,
      ...(seed !== undefined && { seed }),
      ...(path !== undefined && { path }),
    })
  })
}
