import { beforeAll, describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { storeTraceViolations } from '../../src/testing/store-trace-rules.ts'
import { STRATEGIES, TINY } from '../support/lsm-harness.ts'
import { call, changed, indexOf, type Match, moved, sequential, type Trace, without } from '../support/trace-edits.ts'

const DIRECTORY = '/store'

/** Two lives: writes, flushes, merges, a kill, a recovery that writes a fresh manifest, and a close. */
async function honestTrace(): Promise<Trace> {
  let disk = new SimulatedFileSystem({ trace: 'bytes' })
  const options = { ...TINY, compaction: STRATEGIES['leveled']!() }
  const store = await open<'bytes'>(DIRECTORY, { ...options, fileSystem: disk })
  for (let i = 0; i < 30; i++) disk.note(`power ${await store.put(`${i % 7}`, 'x'.repeat(60))}`)
  await store.flush()
  await store.compact()
  disk.note(`power ${await store.put('last', 'y')}`)
  disk = disk.killed()
  const again = await open<'bytes'>(DIRECTORY, { ...options, fileSystem: disk })
  for (let i = 0; i < 5; i++) disk.note(`power ${await again.put(`${i}`, 'z')}`)
  await again.close()
  await store.close().catch(() => {})
  return sequential(disk.trace)
}

let honest: Trace = []

beforeAll(async () => {
  honest = await honestTrace()
})

function rulesBroken(trace: Trace, readOnlyLives: readonly number[] = []): Set<string> {
  return new Set(storeTraceViolations(trace, { directory: DIRECTORY, readOnlyLives }).map(({ rule }) => rule))
}

const manifestEdit: Match = (entry) => entry.operation === 'append' && /MANIFEST/.test(entry.path) && entry.bytes > 30
const isTable: Match = ({ path }) => path.endsWith('.sst')

/** The first call that matches behind the first that matches another. */
function behind(trace: Trace, first: Match, then: Match): number {
  return indexOf(trace, then, indexOf(trace, first))
}

/** The call before that is nearest. */
function before(trace: Trace, index: number, match: Match): number {
  return trace.findLastIndex((entry, at) => at < index && match(entry))
}

test('an honest trace breaks no rule, and it has what the rules are about', () => {
  expect(storeTraceViolations(honest, { directory: DIRECTORY })).toEqual([])
  const removed = honest.filter(({ operation }) => operation === 'unlink').map(({ path }) => path.replace(/\d+/, 'N'))
  expect(new Set(removed)).toEqual(new Set(['/store/N.wal', '/store/N.sst', '/store/MANIFEST-N']))
})

const broken: [rule: string, what: string, mutate: (trace: Trace) => Trace][] = [
  [
    'R2',
    'a write is acknowledged without the sync of its log',
    (trace) => {
      const note = indexOf(trace, call('note'))
      return without(trace, before(trace, note, call('sync', '.wal')))
    },
  ],
  [
    'R2',
    'a write is acknowledged though the name of its log is not durable',
    (trace) => {
      const created = indexOf(trace, (entry) => entry.mode === 'create' && entry.path.endsWith('.wal'))
      const synced = indexOf(trace, call('syncDirectory', DIRECTORY), created)
      const note = indexOf(trace, call('note'))
      return moved(trace, note, before(without(trace, synced), note, call('append', '.wal')) + 1)
    },
  ],
  [
    'R2',
    'a write is acknowledged that no log holds',
    (trace) => {
      return changed(trace, indexOf(trace, call('note')), { path: 'power 9999' })
    },
  ],
  [
    'R3',
    'an edit names a table before its sync',
    (trace) => {
      return without(trace, indexOf(trace, call('sync', '.sst')))
    },
  ],
  [
    'R3',
    'an edit names a table before the sync of its name',
    (trace) => {
      // A log that is made meanwhile may sync the directory, too.
      const isMade: Match = (entry) => entry.mode === 'create' && isTable(entry)
      const [first, edit] = [indexOf(trace, isMade), behind(trace, call('sync', '.sst'), manifestEdit)]
      const isSync = call('syncDirectory', DIRECTORY)
      return trace.filter((entry, at) => at < first || at > edit || !isSync(entry))
    },
  ],
  [
    'R3',
    'an edit names a log before its sync',
    (trace) => {
      return without(
        trace,
        behind(trace, (entry) => entry.mode === 'create' && entry.path.endsWith('.wal'), call('sync', '.wal')),
      )
    },
  ],
  [
    'R4',
    'CURRENT is swung before the sync of its line',
    (trace) => {
      return without(trace, indexOf(trace, call('sync', 'CURRENT.tmp')))
    },
  ],
  [
    'R4',
    'CURRENT is swung before the sync of its manifest',
    (trace) => {
      return without(
        trace,
        before(
          trace,
          indexOf(trace, call('rename')),
          (entry) => entry.operation === 'sync' && /MANIFEST/.test(entry.path),
        ),
      )
    },
  ],
  [
    'R4',
    'the manifest goes on before CURRENT is durable',
    (trace) => {
      return without(trace, behind(trace, call('rename'), call('syncDirectory', DIRECTORY)))
    },
  ],
  [
    'R4',
    'the old manifest goes before CURRENT is durable',
    (trace) => {
      const unlink = indexOf(trace, (entry) => entry.operation === 'unlink' && /MANIFEST/.test(entry.path))
      return moved(trace, unlink, before(trace, unlink, call('rename')))
    },
  ],
  [
    'R5',
    'a log goes before the edit that moves replay past it',
    (trace) => {
      const unlink = indexOf(trace, call('unlink', '.wal'))
      return moved(
        trace,
        unlink,
        before(trace, unlink, (entry) => entry.operation === 'sync' && /MANIFEST/.test(entry.path)),
      )
    },
  ],
  [
    'R5',
    'a log goes though the edit behind it is not synced',
    (trace) => {
      const unlink = indexOf(trace, call('unlink', '.wal'))
      return without(
        trace,
        before(trace, unlink, (entry) => entry.operation === 'sync' && /MANIFEST/.test(entry.path)),
      )
    },
  ],
  [
    'R6',
    'a table goes before the edit that replaces it',
    (trace) => {
      const unlink = indexOf(trace, call('unlink', '.sst'))
      return moved(trace, unlink, before(trace, unlink, manifestEdit))
    },
  ],
  [
    'R6',
    'a table goes before the edit that replaces it is synced',
    (trace) => {
      const unlink = indexOf(trace, call('unlink', '.sst'))
      return moved(trace, unlink, before(trace, unlink, manifestEdit) + 1)
    },
  ],
  [
    'R6',
    'a table goes while it is open',
    (trace) => {
      const unlink = indexOf(trace, call('unlink', '.sst'))
      const { path } = trace[unlink]!
      return trace.filter((entry) => entry.operation !== 'close' || entry.path !== path)
    },
  ],
  [
    'R7',
    'writes go on behind a failed write',
    (trace) => {
      return changed(trace, behind(trace, call('note'), call('append', '.wal')), { result: 'IO' })
    },
  ],
  [
    'R7',
    'writes are acknowledged behind a failed sync of the directory',
    (trace) => {
      return changed(trace, behind(trace, call('sync', '.sst'), call('syncDirectory', DIRECTORY)), { result: 'IO' })
    },
  ],
  [
    'R8',
    'a number is given out twice',
    (trace) => {
      const [first, second] = trace.filter((entry) => entry.mode === 'create' && isTable(entry)).map(({ path }) => path)
      return trace.map((entry) => (entry.path === second ? { ...entry, path: first! } : entry))
    },
  ],
  [
    'R8',
    'a number is given out again in a later life',
    (trace) => {
      const created = trace.filter((entry) => entry.mode === 'create' && entry.path.endsWith('.wal'))
      const [first, last] = [created[0]!.path, created.at(-1)!.path]
      return trace.map((entry) => (entry.path === last ? { ...entry, path: first } : entry))
    },
  ],
  [
    'R8',
    'a number was never reserved',
    (trace) => {
      const created = trace.filter((entry) => entry.mode === 'create' && entry.path.endsWith('.wal')).at(-1)!.path
      return trace.map((entry) => (entry.path === created ? { ...entry, path: `${DIRECTORY}/900000.wal` } : entry))
    },
  ],
  [
    'R9',
    'something is written beside the directory',
    (trace) => {
      return changed(
        trace,
        indexOf(trace, (entry) => entry.mode === 'create'),
        { path: '/elsewhere' },
      )
    },
  ],
  [
    'R10',
    'an edit is synced through a descriptor that was opened too late',
    (trace) => {
      const edit = behind(trace, call('rename'), manifestEdit)
      const sync = indexOf(trace, (entry) => entry.operation === 'sync' && /MANIFEST/.test(entry.path), edit)
      return without(trace, sync)
    },
  ],
]

describe.each(broken)('%s is broken where', (rule, what, mutate) => {
  test(what, () => {
    expect(rulesBroken(mutate(honest))).toContain(rule)
  })
})

test('R9 is broken where anything is written in a life that only reads', () => {
  expect(rulesBroken(honest, [1])).toEqual(new Set(['R9']))
})
