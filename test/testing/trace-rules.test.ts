import { describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import type { FileHandle } from '../../src/fs/file-system.ts'
import { failOnce } from '../../src/testing/fault-plan.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { storeTraceViolations } from '../../src/testing/store-trace-rules.ts'
import { type TraceRuleOptions, traceViolations } from '../../src/testing/trace-rules.ts'
import { bytesOf } from '../support/bytes-text.ts'

type Act = (disk: SimulatedFileSystem, log: FileHandle) => void | Promise<void>

/** What an application does with its log, and the rules that it breaks. */
async function rulesOf(act: Act, options: TraceRuleOptions = {}): Promise<string[]> {
  const disk = new SimulatedFileSystem({ trace: true })
  disk.makeDirectory('/app')
  const log = disk.open('/app/log', 'create', 'other')
  await act(disk, log)
  return traceViolations(disk.trace, options).map(({ rule, path }) => `${rule} ${path}`)
}

function reopened(disk: SimulatedFileSystem): FileHandle {
  return disk.open('/app/log', 'write', 'other')
}

const allowed: Record<string, Act> = {
  'appends with a sync behind them': async (_disk, log) => {
    await log.append(bytesOf('a'))
    await log.sync()
    log.close()
  },
  'a file that is cut back and synced behind a failed append, and goes on': (disk, log) => {
    disk.faults = failOnce({ error: 'EIO', afterBytes: 1 }, { operation: 'append' })
    expect(() => log.appendSync(bytesOf('ab'))).toThrow()
    log.truncateSync(0)
    log.syncSync()
    log.appendSync(bytesOf('c'))
  },
  'a descriptor that is closed over bytes which another one syncs': (disk, log) => {
    const other = reopened(disk)
    log.appendSync(bytesOf('a'))
    log.close()
    other.syncSync()
  },
  'a sync of the parents of its directory': (disk) => disk.syncDirectorySync('/'),
}

const broken: [rules: string[], what: string, act: Act][] = [
  [
    ['R1 /app/log'],
    'a sync is issued while an append is in flight',
    async (_disk, log) => {
      const append = log.append(bytesOf('a'))
      await log.sync()
      await append
    },
  ],
  [
    ['R7 /app/log'],
    'appends go on behind a torn one',
    (disk, log) => {
      disk.faults = failOnce({ error: 'EIO', afterBytes: 1 }, { operation: 'append' })
      expect(() => log.appendSync(bytesOf('ab'))).toThrow()
      log.appendSync(bytesOf('c'))
    },
  ],
  [
    ['R7 /app/log'],
    'the cut behind a torn append is not synced',
    (disk, log) => {
      disk.faults = failOnce({ error: 'EIO', afterBytes: 1 }, { operation: 'append' })
      expect(() => log.appendSync(bytesOf('ab'))).toThrow()
      log.truncateSync(0)
      log.appendSync(bytesOf('c'))
    },
  ],
  [
    ['R7 /app/log'],
    'appends go on behind a failed sync',
    (disk, log) => {
      disk.faults = failOnce({ error: 'EIO' }, { operation: 'sync' })
      expect(() => log.syncSync()).toThrow()
      log.appendSync(bytesOf('c'))
    },
  ],
  [
    ['R7 /app/log'],
    'a failed sync is repeated',
    (disk, log) => {
      disk.faults = failOnce({ error: 'EIO' }, { operation: 'sync' })
      expect(() => log.syncSync()).toThrow()
      log.syncSync()
    },
  ],
  [['R9 /log'], 'a file is made outside of the directory', (disk) => void disk.open('/log', 'create', 'other')],
  [['R9 /app/log'], 'a file is moved out of the directory', (disk) => disk.rename('/app/log', '/log')],
  [
    ['R10 /app/log'],
    'a later descriptor syncs what an earlier one was closed over',
    (disk, log) => {
      log.appendSync(bytesOf('a'))
      log.close()
      reopened(disk).syncSync()
    },
  ],
  [
    ['R10 /app/log'],
    'a file gets its name before its sync',
    (disk, log) => {
      log.appendSync(bytesOf('a'))
      log.close()
      disk.rename('/app/log', '/app/final')
    },
  ],
]

describe('for every application, nothing is wrong with', () => {
  test.each(Object.entries(allowed))('%s', async (_what, act) => {
    expect(await rulesOf(act, { directory: '/app' })).toEqual([])
  })
})

describe('for every application, a rule is broken where', () => {
  test.each(broken)('%j: %s', async (rules, _what, act) => {
    expect(await rulesOf(act, { directory: '/app' })).toEqual(rules)
  })
})

test('what a kill leaves un-synced is closed over, what a power cut leaves is durable', () => {
  for (const [end, rules] of [
    ['killed', ['R10']],
    ['crash', []],
  ] as const) {
    const disk = new SimulatedFileSystem({ trace: true, profile: 'all-persisted' })
    disk.open('/log', 'create', 'other').appendSync(bytesOf('a'))
    const next = disk[end]()
    next.open('/log', 'write', 'other').syncSync()
    expect(traceViolations(next.trace).map(({ rule }) => rule)).toEqual(rules)
  }
})

test('a life that only reads may read', () => {
  const disk = new SimulatedFileSystem({ trace: true })
  disk.open('/log', 'create', 'other').appendSync(bytesOf('a'))
  const next = disk.killed()
  next.open('/log', 'read').readSync(new Uint8Array(1), 0)
  expect(traceViolations(next.trace, { readOnlyLives: [1] })).toEqual([])
  next.unlinkSync('/log')
  expect(traceViolations(next.trace, { readOnlyLives: [1] })).toMatchObject([{ rule: 'R9', path: '/log' }])
})

test('the rules of a store refuse a trace without bytes, which would seem to break them', async () => {
  const disk = new SimulatedFileSystem({ trace: true })
  const store = await open('/store', { fileSystem: disk })
  await store.close()
  expect(() => storeTraceViolations(disk.trace, { directory: '/store' })).toThrow(/with trace: 'bytes'/)
})
