import type { Arbitrary } from 'fast-check'
import type { ScanOptions } from '../kv-store/kv-store.ts'
import type { Scan } from '../kv-store/scan.ts'
import type { FastCheck, ScanCase, StoreArbitraries } from './store-arbitraries.ts'
import { entriesOf, expectEntries, expectOneOf, type StoreCommand, storeCommand, toKeyRange } from './store-command.ts'
import { toBytes, toText } from './store-session.ts'

type TextEntry = [string, string]

/** Every way of reading all of a scan. */
const FORMS: Record<string, (scan: Scan<'bytes'>) => Promise<TextEntry[]>> = {
  all: async (scan) => (await scan.all()).map(toTextEntry),
  'for await': async (scan) => {
    const entries: TextEntry[] = []
    for await (const entry of scan) entries.push(toTextEntry(entry))
    return entries
  },
  for: async (scan) => [...scan].map(toTextEntry),
  nextBatch: async (scan) => {
    const entries: TextEntry[] = []
    for (;;) {
      const batch = await scan.nextBatch(2)
      if (batch.length === 0) break
      entries.push(...batch.map(toTextEntry))
    }
    scan.close()
    return entries
  },
}

export function toTextEntry([key, value]: readonly [Uint8Array, Uint8Array]): TextEntry {
  return [toText(key), toText(value)]
}

export function toScanOptions({ range, reverse, limit }: ScanCase): ScanOptions<'bytes'> {
  return { ...toKeyRange(range), reverse, limit, encoding: 'bytes' }
}

/** Reads of every form, of the store as it is. */
export function readCommands(
  fc: FastCheck,
  { key: aKey, range: aRange, scan: aScan }: StoreArbitraries,
): Arbitrary<StoreCommand>[] {
  return [
    aKey.map((key) =>
      storeCommand(`get(${JSON.stringify(key)})`, async (history, { store }) => {
        const states = history.visible()
        const reads = [store.get(toBytes(key)), store.has(toBytes(key))] as const
        expectOneOf('get', toText(await reads[0]), states, (state) => state.get(key))
        expectOneOf('has', await reads[1], states, (state) => state.has(key))
      }),
    ),
    fc.array(aKey, { maxLength: 6 }).map((keys) =>
      storeCommand(`getMany(${JSON.stringify(keys)})`, async (history, { store }) => {
        const states = history.visible()
        const values = await store.getMany(keys.map(toBytes))
        const answer = values.map((value) => toText(value) ?? null)
        expectOneOf('getMany', answer, states, (state) => keys.map((key) => state.get(key) ?? null))
      }),
    ),
    aRange.map((range) =>
      storeCommand(`count(${JSON.stringify(range)})`, async (history, { store }) => {
        const states = history.visible()
        if (store.approximateSize(toKeyRange(range)) < 0) throw new Error('an approximate size is negative')
        const count = await store.count(toKeyRange(range))
        expectOneOf('count', count, states, (state) => entriesOf(state, range).length)
      }),
    ),
    fc.tuple(aScan, fc.constantFrom(...Object.keys(FORMS))).map(([given, form]) =>
      storeCommand(`scan(${JSON.stringify(given)}) by ${form}`, async (history, session) => {
        const expected = entriesOf(session.view(history), given.range, given.reverse).slice(0, given.limit)
        const read = await FORMS[form]!(session.store.scan(toScanOptions(given)))
        expectEntries(`a scan by ${form}`, read, expected)
      }),
    ),
    aScan.map((given) =>
      storeCommand(`keysAndValues(${JSON.stringify(given)})`, async (history, session) => {
        const expected = entriesOf(session.view(history), given.range, given.reverse).slice(0, given.limit)
        const keys = [...session.store.scan(toScanOptions(given)).keys()].map((key) => toText(key))
        const values = [...session.store.scan(toScanOptions(given)).values()].map((value) => toText(value))
        const read = keys.map((key, i): TextEntry => [key, values[i] ?? ''])
        expectEntries('keys and values', read, expected)
        if (values.length !== keys.length) throw new Error('there are more values than keys')
      }),
    ),
  ]
}
