import fc from 'fast-check'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { aRange } from './arbitraries.ts'
import { type Command, command, toKeyRange } from './command.ts'
import type { CommitHistory } from './commit-history.ts'
import { type Session, stateOf } from './session.ts'

/** Ends a life of the store without a close. */
async function crash(
  history: CommitHistory,
  session: Session,
  how: 'kill' | 'power cut',
  restart: () => Promise<KeyValueStore>,
): Promise<void> {
  // Whatever resolves from here on resolves in a store that is dead.
  session.forsake()
  session.replace(await restart())
  history.recover(stateOf(session.store.scan().allSync()), how)
}

/** Everything beside reading and writing: maintenance, closing, and the crashes that the harness can make. */
export function lifeCommands(crashes: { kill: boolean; powerCut: boolean }): fc.Arbitrary<Command>[] {
  const commands: fc.Arbitrary<Command>[] = [
    fc.constantFrom('sync' as const, 'flush' as const).map((name) =>
      command(`${name}()`, async (history, session) => {
        const { published } = history
        await session.store[name]()
        history.secure(published)
      }),
    ),
    aRange.map((range) =>
      command(`compact(${JSON.stringify(range)})`, (_history, session) => session.store.compact(toKeyRange(range))),
    ),
    fc.constant(
      command('reopen()', async (history, session) => {
        await session.store.close()
        await session.gather()
        history.secure(history.issued)
        session.replace(await session.harness.open())
      }),
    ),
  ]
  if (crashes.kill) {
    const kill = command('kill()', (history, session) => crash(history, session, 'kill', () => session.harness.kill!()))
    commands.push(fc.constant(kill))
  }
  if (crashes.powerCut) {
    const cut = command('powerCut()', (history, session) =>
      crash(history, session, 'power cut', () => session.harness.powerCut!()),
    )
    commands.push(fc.constant(cut))
  }
  return commands
}
