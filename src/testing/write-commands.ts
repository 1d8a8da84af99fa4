import type { Arbitrary } from 'fast-check'
import { sameState, showValue } from './commit-history.ts'
import type { FastCheck, StoreArbitraries, Write } from './store-arbitraries.ts'
import { entriesOf, type StoreCommand, storeCommand, toKeyRange } from './store-command.ts'

function label({ batch, durability }: Write): string {
  const parts = batch.map(({ key, value }) => `${JSON.stringify(key)}: ${showValue(value)}`)
  return `${parts.join(', ')}${durability === undefined ? '' : `; ${durability}`}`
}

/** Writes of every durability, one by one and several at once, synchronous ones, and clears. */
export function writeCommands(
  fc: FastCheck,
  { write: aWrite, range: aRange, durability: aDurability }: StoreArbitraries,
): Arbitrary<StoreCommand>[] {
  return [
    aWrite.map((write) =>
      storeCommand(`write(${label(write)})`, (history, session) =>
        session.write(history, write.batch, write.durability),
      ),
    ),
    aWrite.map((write) =>
      storeCommand(`writeSync(${label(write)})`, async (history, session) => {
        session.writeSync(history, write.batch, write.durability)
        session.view(history)
      }),
    ),
    fc.array(aWrite, { minLength: 2, maxLength: 5 }).map((writes) =>
      storeCommand(`writeAtOnce(${writes.map(label).join(' | ')})`, async (history, session) => {
        const before = session.view(history)
        for (const write of writes) void session.write(history, write.batch, write.durability)
        // Nothing has resolved since, so nothing may be visible that was not; but 'none' writes may resolve, and be seen, at once.
        if (writes[0]!.durability !== 'none' && !sameState(session.view(history), before))
          throw new Error('a write is visible before it resolves')
      }),
    ),
    fc.constant(storeCommand('gather()', (_history, session) => session.gather())),
    fc.record({ range: aRange, durability: aDurability }).map(({ range, durability }) =>
      storeCommand(`clear(${JSON.stringify(range)}, ${durability})`, async (history, session) => {
        const { prefix, ...rest } = range ?? {}
        // An empty prefix, and a range that names only what is undefined, are refused.
        const keys = toKeyRange(prefix === '' ? rest : range)
        const isAll = Object.values(keys).every((bound) => bound === undefined)
        const call = session.store.clear(isAll ? undefined : keys, { durability })
        const doomed = entriesOf(history.latest, range)
        // Clearing nothing is no write.
        const count = doomed.length === 0 ? 0 : history.append(doomed.map(([key]) => ({ key, value: undefined })))
        await call
        if (count > 0) history.resolve(count, durability ?? 'power')
      }),
    ),
  ]
}
