import { describe, expect, test } from 'vitest'
import { VarveError } from '../../src/errors.ts'
import { settle } from '../support/manual-runtime.ts'
import { ScriptedCommits } from '../support/scripted-commits.ts'

const ends = (events: readonly string[]): string[] => events.filter((event) => /^\w+ (=|[A-Z_]+ )/.test(event))

describe('after a failed append', () => {
  test('everything queued is not applied, and its sequences are given out again without a gap', async () => {
    const commits = new ScriptedCommits({ maxGroupBytes: 64 })
    commits.put('a')
    await settle()
    commits.take()
    commits.appendError = new Error('disk')
    for (const key of ['b', 'c', 'd', 'e']) commits.put(key, 'power', 20)
    await settle()
    const events = commits.take()
    expect(ends(events)).toEqual(['b', 'c', 'd', 'e'].map((key) => `${key} IO not-applied`))
    expect(events.some((event) => event.startsWith('apply') || event.startsWith('publish'))).toBe(false)
    expect(commits.queue.pendingBytes).toBe(0)
    commits.appendError = undefined
    commits.put('f')
    await settle()
    expect(commits.take()).toContain('f = 2')
  })

  test('none writes that were resolved keep their sequences and stay queued', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'none')
    commits.put('b', 'none')
    commits.put('c', 'process')
    commits.appendError = new Error('disk')
    commits.repairGate = commits.gate('repair')
    await settle()
    const isBlocked = commits.take()
    expect(isBlocked.slice(-2)).toEqual(['repair', 'repair begins'])
    commits.appendError = undefined
    ;(commits.repairGate as ReturnType<typeof commits.gate>).open()
    await settle()
    const events = commits.take()
    expect(ends(events)).toEqual(['c IO not-applied'])
    expect(events).toContain('append ab 1-2')
    commits.put('d')
    await settle()
    expect(commits.take()).toContain('append d 3-3')
  })

  test('they also wait out a time in which nothing may be written, and go on when woken', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'none')
    commits.stopped = new VarveError('NO_SPACE', 'full')
    await settle()
    expect(commits.take()).toEqual(['apply a 1', 'publish 1', 'a = 1'])
    expect(() => commits.put('b', 'none')).toThrow(
      expect.objectContaining({ code: 'NO_SPACE', outcome: 'not-applied' }),
    )
    commits.stopped = undefined
    commits.queue.wake()
    await settle()
    expect(commits.take()).toEqual(['append a 1-1'])
  })

  test('where the log cannot be repaired, what was being written is unknown and the rest not applied', async () => {
    const commits = new ScriptedCommits({ maxGroupBytes: 64 })
    commits.appendError = new Error('disk')
    commits.repairError = new VarveError('POISONED', 'no cut', { outcome: 'unknown' })
    commits.put('a', 'power', 40)
    commits.put('b', 'process', 40)
    await settle()
    expect(ends(commits.take())).toEqual(['a POISONED unknown', 'b POISONED not-applied'])
  })
})

describe('after a failed sync', () => {
  test('what is on its way is unknown and stays invisible, what is queued is not applied', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'power')
    commits.put('b', 'process')
    await settle()
    commits.put('c', 'power')
    commits.put('d', 'none')
    const task = commits.queue.run(() => commits.job(commits.gate('task')))
    commits.note('run', task)
    commits.syncs[0]!.fail(new Error('sync'))
    await settle()
    const events = commits.take()
    expect(ends(events)).toEqual([
      'a POISONED unknown',
      'b POISONED unknown',
      'c POISONED not-applied',
      'd POISONED not-applied',
      'run POISONED undefined',
    ])
    expect(commits.queue.published).toBe(0)
    expect(events.some((event) => event.startsWith('publish') || event.startsWith('task'))).toBe(false)
  })

  test('in place, the same, and the synchronous caller is told', async () => {
    const commits = new ScriptedCommits()
    commits.syncInPlaceError = new Error('sync')
    commits.put('a', 'process')
    expect(() => commits.putSync('b', 'power')).toThrow(
      expect.objectContaining({ code: 'POISONED', outcome: 'unknown' }),
    )
    await settle()
    // It needed no sync, and came before the one that did.
    expect(ends(commits.take())).toEqual(['a = 1'])
    expect(commits.queue.published).toBe(1)
  })

  test('a stop that comes from elsewhere refuses what is queued, not what is on its way', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'power')
    commits.put('b', 'power')
    await settle()
    commits.put('c')
    commits.stopped = new VarveError('POISONED', 'elsewhere')
    commits.syncs[0]!.open()
    await settle()
    expect(ends(commits.take())).toEqual(['a = 1', 'b = 2', 'c POISONED not-applied'])
  })

  test('room that cannot be made refuses everything queued', async () => {
    const commits = new ScriptedCommits()
    const gate = commits.gate('room')
    commits.room = () => gate
    commits.put('a')
    commits.put('b', 'power')
    await settle()
    gate.fail(new VarveError('NO_SPACE', 'full'))
    await settle()
    expect(ends(commits.take())).toEqual(['a NO_SPACE not-applied', 'b NO_SPACE not-applied'])
    commits.room = () => undefined
    commits.put('c')
    await settle()
    expect(ends(commits.take())).toEqual(['c = 1'])
  })
})

test('failing everything rejects each writer once, by how far it got', async () => {
  const commits = new ScriptedCommits()
  commits.put('a', 'power')
  commits.put('b', 'power')
  await settle()
  commits.put('c')
  commits.queue.failAll(new VarveError('CLOSED', 'closed'))
  commits.syncs[0]!.open()
  await settle()
  expect(ends(commits.take())).toEqual(['a CLOSED unknown', 'b CLOSED unknown', 'c CLOSED not-applied'])
  expect(commits.queue.pendingBytes).toBe(0)
})
