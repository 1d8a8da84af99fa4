import type { Arbitrary } from 'fast-check'
import type { KeyValueStore } from '../kv-store/kv-store.ts'
import type { CommitHistory } from './commit-history.ts'
import type { FastCheck, StoreArbitraries } from './store-arbitraries.ts'
import { type StoreCommand, storeCommand, toKeyRange } from './store-command.ts'
import type { StoreHarness } from './store-harness.ts'
import { type StoreSession, stateOf } from './store-session.ts'

/** Ends a life of the store without a close. */
async function crash(
  history: CommitHistory,
  session: StoreSession,
  how: 'kill' | 'power cut',
  restart: () => Promise<KeyValueStore>,
): Promise<void> {
  // Whatever resolves from here on resolves in a store that is dead.
  session.forsake()
  session.replace(await restart())
  history.recover(stateOf(session.store.scan().allSync()), how)
}

/** Everything beside reading and writing: maintenance, closing, and the crashes that the harness can make. */
export function lifeCommands(
  fc: FastCheck,
  { range }: StoreArbitraries,
  crashes: Pick<StoreHarness, 'kill' | 'powerCut'>,
): Arbitrary<StoreCommand>[] {
  const commands: Arbitrary<StoreCommand>[] = [
    fc.constantFrom('sync' as const, 'flush' as const).map((name) =>
      storeCommand(`${name}()`, async (history, session) => {
        const { published } = history
        await session.store[name]()
        history.secure(published)
      }),
    ),
    range.map((given) =>
      storeCommand(`compact(${JSON.stringify(given)})`, (_history, session) =>
        session.store.compact(toKeyRange(given)),
      ),
    ),
    fc.constant(
      storeCommand('reopen()', async (history, session) => {
        await session.store.close()
        await session.gather()
        history.secure(history.issued)
        session.replace(await session.harness.open())
      }),
    ),
  ]
  if (crashes.kill !== undefined) {
    const kill = storeCommand('kill()', (history, session) =>
      crash(history, session, 'kill', () => session.harness.kill!()),
    )
    commands.push(fc.constant(kill))
  }
  if (crashes.powerCut !== undefined) {
    const cut = storeCommand('powerCut()', (history, session) =>
      crash(history, session, 'power cut', () => session.harness.powerCut!()),
    )
    commands.push(fc.constant(cut))
  }
  return commands
}
