import { beforeAll, describe, expect, test } from 'vitest'
import type { RecoveryMode } from '../../src/database/options.ts'
import { VarveError } from '../../src/errors.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { HandleCounter, isChange } from '../support/recovery-calls.ts'
import { allFilesOf, diskOf, type Files, nameLike, openOn, STORE, textOf } from '../support/recovery-disk.ts'
import { smallStores } from '../support/recovery-stores.ts'
import { damages } from '../support/recovery-sweep.ts'

const MODES: readonly RecoveryMode[] = ['strict-tail', 'absolute', 'point-in-time']

let stores: Readonly<Record<'clean' | 'killed', Files>>
beforeAll(async () => {
  stores = await smallStores()
})

interface Tally {
  refused: number
  opened: number
  dropped: number
}

/** Opens; a refusal must leave the disk as it is, an opening must tell all that it dropped. */
async function attempt(files: Files, recovery: RecoveryMode, readOnly: boolean, tally: Tally): Promise<void> {
  const disk = diskOf(files)
  const counter = new HandleCounter(disk)
  const faulty = new FaultyFileSystem(counter.fileSystem)
  const store = await openOn(faulty, { recovery, readOnly }).catch((error: unknown) => {
    if (error instanceof VarveError) return undefined
    throw error
  })
  if (store === undefined) {
    tally.refused++
    expect(faulty.calls.filter(isChange)).toEqual([])
    expect(counter.created).toEqual([])
    expect(textOf(allFilesOf(disk))).toEqual(textOf(files))
    expect(counter.open).toEqual([])
    expect(await disk.lockHolder(STORE)).toBeUndefined()
    return
  }
  const { recovery: report } = store
  const { sequence } = store.stats()
  await store.close()
  const hasDropped = report.droppedBytes > 0 || report.manifestDroppedBytes > 0
  tally.opened++
  if (hasDropped) tally.dropped++
  expect(report.droppedReason !== undefined).toBe(report.droppedBytes > 0)
  if (recovery === 'absolute') expect(hasDropped).toBe(false)
  expect(report.lastSequence).toBe(sequence)
  expect(report.firstSequence > 0).toBe(report.operationsReplayed > 0)
  if (report.operationsReplayed > 0) expect(report.groupsReplayed).toBeGreaterThan(0)
  if (readOnly) expect(textOf(allFilesOf(disk))).toEqual(textOf(files))
  const kept = [...allFilesOf(disk).keys()].filter((name) => name.startsWith('lost/'))
  expect(kept.sort()).toEqual([...report.quarantined].sort())
  // What was dropped of files that are there is kept; a sealed log that is missing leaves nothing to keep.
  for (const name of report.quarantined) expect(textOf(allFilesOf(disk))[name]).toBe(textOf(files)[name.slice(12)])
}

for (const kind of ['clean', 'killed'] as const) {
  describe(`whatever byte of a ${kind} store is damaged, an opening that is refused changes nothing, others tell what they dropped:`, () => {
    for (const recovery of MODES) {
      test(recovery, async () => {
        const tally = { refused: 0, opened: 0, dropped: 0 }
        const files = stores[kind]
        let step = 0
        for (const [name, bytes] of files) {
          if (name === 'LOCK') continue
          for (const [, damaged] of damages(bytes, [16])) {
            if (step++ % 3 !== 0) continue
            const copy = new Map([...files, [name, damaged]] as const)
            await attempt(copy, recovery, step % 2 === 0, tally)
          }
          const without = new Map(files)
          without.delete(name)
          await attempt(without, recovery, false, tally)
        }
        expect(tally.refused).toBeGreaterThan(50)
        expect(tally.opened).toBeGreaterThan(10)
        // Of a closed store, all is promised.
        if (recovery !== 'absolute' && (kind === 'killed' || recovery === 'point-in-time')) {
          expect(tally.dropped).toBeGreaterThan(10)
        }
      })
    }
  })
}

test('what is dropped goes to the logger, too', async () => {
  const { killed } = stores
  const name = [...killed.keys()].filter((each) => each.endsWith('.wal')).at(-1)!
  const manifest = nameLike(killed, /^MANIFEST/)
  const warnings: string[] = []
  const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) }
  const files = new Map([
    ...killed,
    [name, killed.get(name)!.slice(0, -1)],
    [manifest, Uint8Array.from([...killed.get(manifest)!, 7])],
  ] as const)
  const store = await openOn(diskOf(files), { logger })
  expect(warnings).toEqual([
    expect.stringContaining(`${name} at byte`),
    expect.stringContaining('1 bytes of its manifest'),
  ])
  expect(store.recovery.quarantined).toHaveLength(2)
  await store.close()
})
