import type { Arbitrary } from 'fast-check'
import { showValue } from './commit-history.ts'
import { toScanOptions, toTextEntry } from './read-commands.ts'
import type { FastCheck, StoreArbitraries } from './store-arbitraries.ts'
import { entriesOf, expectEntries, type StoreCommand, storeCommand } from './store-command.ts'
import { type KeptScan, type KeptSnapshot, type StoreSession, stateOf, toBytes, toText } from './store-session.ts'

/** No run keeps more of them open at once. */
const MOST_KEPT = 4

const hasSnapshots = (session: StoreSession): boolean => session.snapshots.length > 0
const hasScans = (session: StoreSession): boolean => session.scans.length > 0

function snapshotAt({ snapshots }: StoreSession, index: number): KeptSnapshot {
  return snapshots[index % snapshots.length]!
}

function scanAt({ scans }: StoreSession, index: number): KeptScan {
  return scans[index % scans.length]!
}

function checkNext(kept: KeptScan, batch: readonly [Uint8Array, Uint8Array][], n: number): void {
  const expected = kept.entries.slice(kept.position, kept.position + n)
  expectEntries('a scan that was kept open', batch.map(toTextEntry), expected)
  kept.position += expected.length
}

/** Snapshots that stay open while other commands run. */
export function snapshotCommands(
  fc: FastCheck,
  { key: aKey, range: aRange }: StoreArbitraries,
): Arbitrary<StoreCommand>[] {
  const anIndex = fc.nat({ max: MOST_KEPT - 1 })
  return [
    fc.constant(
      storeCommand('snapshot()', async (history, session) => {
        if (session.snapshots.length === MOST_KEPT) session.snapshots.shift()!.snapshot.close()
        const state = session.view(history)
        session.snapshots.push({ snapshot: session.store.snapshot(), state })
      }),
    ),
    fc.tuple(anIndex, aKey, aRange, fc.boolean()).map(([index, key, range, reverse]) =>
      storeCommand(
        `readSnapshot(${index}, ${JSON.stringify(key)}, ${JSON.stringify(range)}, ${reverse})`,
        async (_history, session) => {
          const { snapshot, state } = snapshotAt(session, index)
          const value = toText(await snapshot.get(toBytes(key), { encoding: 'bytes' }))
          if (value !== state.get(key)) {
            throw new Error(`a snapshot says ${showValue(value)}, expected ${showValue(state.get(key))}`)
          }
          const options = toScanOptions({ range, reverse, limit: undefined })
          expectEntries(
            'a snapshot',
            snapshot.scan(options).allSync().map(toTextEntry),
            entriesOf(state, range, reverse),
          )
          const all = [...stateOf(session.store.scan({ snapshot }).allSync())]
          expectEntries('a scan as of a snapshot', all, entriesOf(state, {}))
        },
        hasSnapshots,
      ),
    ),
    anIndex.map((index) =>
      storeCommand(
        `closeSnapshot(${index})`,
        async (_history, session) => {
          const kept = snapshotAt(session, index)
          kept.snapshot.close()
          session.snapshots = session.snapshots.filter((other) => other !== kept)
        },
        hasSnapshots,
      ),
    ),
  ]
}

/** Scans that stay open while other commands run. */
export function scanCommands(fc: FastCheck, { key: aKey, range: aRange }: StoreArbitraries): Arbitrary<StoreCommand>[] {
  const anIndex = fc.nat({ max: MOST_KEPT - 1 })
  return [
    fc.tuple(aRange, fc.boolean()).map(([range, reverse]) =>
      storeCommand(`openScan(${JSON.stringify(range)}, ${reverse})`, async (history, session) => {
        if (session.scans.length === MOST_KEPT) session.scans.shift()!.scan.close()
        const entries = entriesOf(session.view(history), range, reverse)
        const scan = session.store.scan(toScanOptions({ range, reverse, limit: undefined }))
        session.scans.push({ scan, reverse, entries, position: 0 })
      }),
    ),
    fc.tuple(anIndex, fc.integer({ min: 1, max: 4 }), fc.boolean()).map(([index, n, sync]) =>
      storeCommand(
        `advanceScan(${index}, ${n}, ${sync})`,
        async (_history, session) => {
          const kept = scanAt(session, index)
          checkNext(kept, sync ? kept.scan.nextBatchSync(n) : await kept.scan.nextBatch(n), n)
        },
        hasScans,
      ),
    ),
    fc.tuple(anIndex, aKey).map(([index, key]) =>
      storeCommand(
        `seekScan(${index}, ${JSON.stringify(key)})`,
        async (_history, session) => {
          const kept = scanAt(session, index)
          kept.scan.seek(toBytes(key))
          const found = kept.entries.findIndex(([other]) => (kept.reverse ? other <= key : other >= key))
          kept.position = found === -1 ? kept.entries.length : found
          checkNext(kept, kept.scan.nextBatchSync(1), 1)
        },
        hasScans,
      ),
    ),
    anIndex.map((index) =>
      storeCommand(
        `closeScan(${index})`,
        async (_history, session) => {
          const kept = scanAt(session, index)
          kept.scan.close()
          session.scans = session.scans.filter((other) => other !== kept)
        },
        hasScans,
      ),
    ),
  ]
}
