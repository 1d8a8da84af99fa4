import { describe, expect, test } from 'vitest'
import type { VarveError } from '../../src/errors.ts'
import { settle } from '../support/manual-runtime.ts'
import { ScriptedCommits } from '../support/scripted-commits.ts'

const appends = (events: readonly string[]): string[] => events.filter((event) => event.startsWith('append'))

function refusalOf(call: () => void): VarveError | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    return error as VarveError
  }
}

describe('the size of a group', () => {
  test('stays within its bound; one larger batch is a group of its own', async () => {
    const commits = new ScriptedCommits({ maxGroupBytes: 200 })
    for (const [key, bytes] of Object.entries({ a: 60, b: 60, c: 60, d: 500, e: 60, f: 60 })) {
      commits.put(key, 'process', bytes)
    }
    await settle()
    expect(appends(commits.take())).toEqual(['append ab 1-2', 'append c 3-3', 'append d 4-4', 'append ef 5-6'])
  })
})

describe('lingering', () => {
  test('holds a group back for others to join, and no longer', async () => {
    const commits = new ScriptedCommits({ lingerMs: 20 })
    commits.put('a')
    await settle()
    await commits.runtime.advance(19)
    commits.put('b')
    await settle()
    expect(commits.take()).toEqual([])
    await commits.runtime.advance(1)
    expect(appends(commits.take())).toEqual(['append ab 1-2'])
    expect(commits.runtime.timers).toEqual([])
  })

  test('ends at once when the group is full', async () => {
    const commits = new ScriptedCommits({ lingerMs: 20, maxGroupBytes: 100 })
    commits.put('a', 'process', 60)
    await settle()
    commits.put('b', 'process', 60)
    await settle()
    expect(appends(commits.take())[0]).toBe('append a 1-1')
  })

  test('is not for a synchronous writer', () => {
    const commits = new ScriptedCommits({ lingerMs: 20 })
    commits.put('a')
    expect(commits.putSync('b')).toBe(2)
    expect(appends(commits.take())).toEqual(['append ab 1-2'])
  })

  test('a busy writer gives way to the event loop now and then', async () => {
    const commits = new ScriptedCommits()
    commits.runtime.holdsYields = true
    commits.runtime.nowMs += 5
    commits.put('a')
    await settle()
    expect([commits.take(), commits.runtime.waitingYields]).toEqual([[], 1])
    await commits.runtime.grantYields()
    expect(appends(commits.take())).toEqual(['append a 1-1'])
    commits.put('b')
    await settle()
    expect(appends(commits.take())).toEqual(['append b 2-2'])
  })
})

describe('an overloaded queue', () => {
  test('refuses what would pass the bound, says when to come back, and keeps what it took', async () => {
    const commits = new ScriptedCommits({ maxPendingBytes: 300 })
    commits.put('a', 'power', 200)
    const error = refusalOf(() => commits.put('b', 'process', 100))
    expect(error).toMatchObject({ code: 'OVERLOADED', outcome: 'not-applied' })
    expect(error!.retryAfterMs).toBeGreaterThanOrEqual(1)
    expect(Number.isInteger(error!.retryAfterMs)).toBe(true)
    commits.put('c', 'process', 10)
    await settle()
    for (const sync of commits.syncs) sync.open()
    await settle()
    expect(commits.take().filter((event) => event.includes('='))).toEqual(['a = 1', 'c = 2'])
    commits.put('d', 'process', 200)
    await settle()
    expect(commits.take()).toContain('d = 3')
  })

  test('admits one operation above the bound when nothing else waits', async () => {
    const commits = new ScriptedCommits({ maxPendingBytes: 100 })
    commits.put('a', 'process', 1000)
    expect(refusalOf(() => commits.put('b'))).toMatchObject({ code: 'OVERLOADED' })
    await settle()
    expect(commits.take()).toContain('a = 1')
    expect(commits.queue.pendingBytes).toBe(0)
    commits.put('b')
    await settle()
    expect(commits.take()).toContain('b = 2')
  })

  test('counts none writes until they are in the log', async () => {
    const commits = new ScriptedCommits({ maxPendingBytes: 100 })
    commits.put('a', 'none', 80)
    expect(commits.queue.pendingBytes).toBeGreaterThan(80)
    expect(refusalOf(() => commits.put('b', 'none', 80))).toMatchObject({ code: 'OVERLOADED' })
    await settle()
    expect(commits.queue.pendingBytes).toBe(0)
  })
})
