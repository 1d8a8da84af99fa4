import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManifestState } from '../../src/manifest/manifest-state.ts'
import type { SealedLog, VersionEdit } from '../../src/manifest/version-edit.ts'
import { decodeVersionEdit, encodeVersionEdit } from '../../src/manifest/version-edit-codec.ts'
import { tableEntry } from '../support/table-entries.ts'

const log = (number: number): SealedLog => ({ number, length: number * 100, lastSequence: number * 10 })

function fold(...edits: readonly VersionEdit[]): ManifestState {
  return edits.reduce((state, edit) => state.apply(edit), ManifestState.empty)
}

describe('the logs that a manifest names', () => {
  test('a life that begins turns the clean end before it into a sealed log', () => {
    const state = fold({ opened: { epoch: 1, firstLog: 1 } }, { clean: log(4) }, { opened: { epoch: 2, firstLog: 5 } })
    expect(state).toMatchObject({ epoch: 2, firstLog: 5, clean: undefined, sealedLogs: [log(4)] })
  })

  test('but not one that replay no longer needs, nor an end without a log', () => {
    const opened = { opened: { epoch: 1, firstLog: 1 } }
    const next = { opened: { epoch: 2, firstLog: 5 } }
    expect(fold(opened, { clean: log(4), replayFrom: 5 }, next).sealedLogs).toEqual([])
    expect(fold(opened, { clean: { number: 0, length: 0, lastSequence: 9 } }, next).sealedLogs).toEqual([])
  })

  test('replay that starts later forgets the logs before', () => {
    const state = fold({ sealedLogs: [log(3), log(5)] }, { replayFrom: 5 }, { replayFrom: 2 })
    expect(state).toMatchObject({ replayFrom: 5, sealedLogs: [log(5)] })
  })
})

describe('folding edits', () => {
  test('a table that moves is removed and added by one edit', () => {
    const table = tableEntry({ number: 3 })
    const state = fold({ added: [table] }, { removed: [3], added: [{ ...table, level: 2 }] })
    expect([...state.version.tables()].map(({ number, level }) => [number, level])).toEqual([[3, 2]])
  })

  test('bounds never go back', () => {
    const high = { reservedThrough: 9, lastSequence: 90, flushedThrough: [{ keyspace: 0, sequence: 80 }] }
    const low = { reservedThrough: 8, lastSequence: 70, flushedThrough: [{ keyspace: 0, sequence: 60 }] }
    const state = fold(high, low)
    expect(state).toMatchObject({ reservedThrough: 9, lastSequence: 90 })
    expect(state.flushedThrough.get(0)).toBe(80)
  })

  test.each<[string, VersionEdit]>([
    ['removes what is not there', { removed: [1] }],
    ['adds what is there', { added: [tableEntry({ number: 5 })] }],
    ['adds a table twice', { added: [tableEntry({ number: 6, level: 1 }), tableEntry({ number: 6, level: 2 })] }],
    ['overlaps a run', { added: [tableEntry({ number: 6 })] }],
    ['opens with an old epoch', { opened: { epoch: 1, firstLog: 9 } }],
    ['seals a log twice', { sealedLogs: [log(2), log(2)] }],
  ])('an edit that %s breaks an invariant, and is CORRUPTION when read from a file', (_, edit) => {
    const state = fold({ added: [tableEntry({ number: 5 })], opened: { epoch: 1, firstLog: 1 } })
    expect(() => state.apply(edit)).toThrow('invariant')
    expect(() => state.replay(edit, 'MANIFEST-000001', 64)).toThrow(
      expect.objectContaining({ code: 'CORRUPTION', file: 'MANIFEST-000001', offset: 64 }),
    )
  })

  test('the snapshot of any state rebuilds it, through bytes too', () => {
    const step = fc.record(
      {
        opens: fc.boolean(),
        clean: fc.nat(20),
        replayFrom: fc.nat(20),
        reservedThrough: fc.nat(100),
        lastSequence: fc.nat(1000),
        flush: fc.tuple(fc.nat(3), fc.nat(1000)),
        keyspace: fc.nat(3),
        feature: fc.constantFrom('a', 'b'),
        level: fc.nat(4),
        drops: fc.boolean(),
      },
      { requiredKeys: ['level', 'opens', 'drops'] },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let state = ManifestState.empty
        steps.forEach((each, i) => {
          const oldest = [...state.version.tables()].at(-1)
          const isSealed =
            state.clean === undefined || state.sealedLogs.every((sealed) => sealed.number !== state.clean?.number)
          state = state.apply({
            features: each.feature === undefined ? undefined : { read: [each.feature], write: [], ignore: ['c'] },
            keyspaces: each.keyspace === undefined ? undefined : [keyspaceOf(each.keyspace, `run ${i}`)],
            opened: each.opens && isSealed ? { epoch: state.epoch + 1, firstLog: i } : undefined,
            clean: each.clean === undefined ? undefined : log(each.clean),
            replayFrom: each.replayFrom,
            reservedThrough: each.reservedThrough,
            lastSequence: each.lastSequence,
            flushedThrough: each.flush && [{ keyspace: each.flush[0], sequence: each.flush[1] }],
            removed: each.drops && oldest !== undefined ? [oldest.number] : undefined,
            added: [tableEntry({ number: i + 1, level: each.level, run: i })],
          })
        })
        const snapshot = decodeVersionEdit(encodeVersionEdit(state.snapshotEdit()))
        expect(ManifestState.empty.apply(snapshot)).toEqual(state)
      }),
      { seed: 5, numRuns: 100 },
    )
  })
})

function keyspaceOf(id: number, name: string): NonNullable<VersionEdit['keyspaces']>[number] {
  return { id, name, comparator: 'bytes', mergeOperator: '', codec: 'none', strategy: 'leveled' }
}
