import { type CommitHistory, type State, showValue } from './commit-history.ts'
import { type StoreSession, stateOf, toBytes, toText } from './store-session.ts'

/** All ways of reading cost some twenty lookups, so they are compared after every third command only. */
const EVERY = 3

/** get = getMany = has = forward = reverse = count = what the model says. */
export async function checkAgreement(history: CommitHistory, session: StoreSession): Promise<void> {
  const state = session.view(history)
  if (session.steps++ % EVERY !== 0) return
  checkSynchronousReads(state, session)
  // What waits may be published at any turn of the event loop.
  if (session.hasPending) return
  const { store, keys } = session
  const count = await store.count()
  if (count !== state.size) throw new Error(`count says ${count} where a scan finds ${state.size}`)
  const values = await store.getMany(keys.map(toBytes))
  for (const [i, key] of keys.entries()) expectSame('getMany', key, toText(values[i]), state.get(key))
}

function checkSynchronousReads(state: State, { store, keys }: StoreSession): void {
  const reversed = stateOf(store.scan({ reverse: true }).allSync().reverse())
  if (reversed.size !== state.size) throw new Error(`a reverse scan finds ${reversed.size}, a scan ${state.size}`)
  for (const [key, value] of state) expectSame('a reverse scan', key, reversed.get(key), value)
  for (const key of keys) {
    expectSame('getSync', key, toText(store.getSync(toBytes(key))), state.get(key))
    if (store.hasSync(toBytes(key)) !== state.has(key)) throw new Error(`has disagrees on ${JSON.stringify(key)}`)
  }
}

function expectSame(how: string, key: string, actual: string | undefined, expected: string | undefined): void {
  if (actual === expected) return
  throw new Error(`${how} says ${showValue(actual)} of ${JSON.stringify(key)}, expected ${showValue(expected)}`)
}
