import { describe, expect, test } from 'vitest'
import { settle } from '../support/manual-runtime.ts'
import { ScriptedCommits } from '../support/scripted-commits.ts'

const DURABILITIES = ['power', 'process', 'none'] as const

describe('the commit queue', () => {
  test('writes a group once, applies it, then publishes it and resolves its writers in call order', async () => {
    const commits = new ScriptedCommits({}, 10)
    for (const key of ['a', 'b', 'c']) commits.put(key)
    await settle()
    expect(commits.take()).toEqual(['append abc 11-13', 'apply abc 11', 'publish 13', 'a = 11', 'b = 12', 'c = 13'])
    expect([commits.queue.published, commits.queue.pendingBytes, commits.queue.isIdle]).toEqual([13, 0, true])
  })

  test('a lone power write is synced in place, several through the pool with one sync', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'power')
    await settle()
    expect(commits.take()).toEqual(['append a 1-1', 'apply a 1', 'sync in place', 'publish 1', 'a = 1'])
    commits.put('b', 'power')
    commits.put('c', 'power')
    await settle()
    expect(commits.take()).toEqual(['append bc 2-3', 'apply bc 2', 'pool sync begins'])
    expect(commits.queue.published).toBe(1)
    commits.syncs[0]!.open()
    await settle()
    expect(commits.take()).toEqual(['pool sync ends', 'publish 3', 'b = 2', 'c = 3'])
  })

  test('after a slow sync a lone writer, too, goes through the pool', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'power')
    commits.put('b', 'power')
    await settle()
    commits.runtime.nowMs += 5
    commits.syncs[0]!.open()
    await settle()
    commits.take()
    commits.put('c', 'power')
    await settle()
    expect(commits.take()).toContain('pool sync begins')
  })

  test('writes before the first power write of a group resolve before its sync, those behind it only after', async () => {
    const commits = new ScriptedCommits()
    commits.isAheadAllowed = false
    const kinds = { a: 'process', b: 'none', c: 'power', d: 'process', e: 'none' } as const
    for (const [key, durability] of Object.entries(kinds)) commits.put(key, durability)
    await settle()
    expect(commits.take()).toEqual([
      'append abcde 1-5',
      'apply abcde 1',
      'publish 2',
      'pool sync begins',
      'a = 1',
      'b = 2',
    ])
    commits.put('f', 'none')
    commits.put('g', 'process')
    await settle()
    expect(commits.take()).toEqual([])
    commits.syncs[0]!.open()
    await settle()
    const rest = ['publish 5', 'c = 3', 'd = 4', 'e = 5', 'append fg 6-7', 'apply fg 6', 'publish 7', 'f = 6', 'g = 7']
    expect(commits.take().filter((event) => event !== 'pool sync ends')).toEqual(rest)
  })

  test('a none write is applied ahead of its log record only while nothing waits', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'none')
    expect(commits.take()).toEqual(['apply a 1', 'publish 1'])
    commits.put('b', 'none')
    commits.put('c', 'process')
    commits.put('d', 'none')
    await settle()
    const ahead = ['apply b 2', 'publish 2', 'a = 1', 'b = 2', 'append ab 1-2']
    expect(commits.take()).toEqual([...ahead, 'append cd 3-4', 'apply cd 3', 'publish 4', 'c = 3', 'd = 4'])
    expect(commits.queue.pendingBytes).toBe(0)
  })

  test('whatever the durabilities and however syncs end, writes resolve in call order with sequences without a gap', async () => {
    for (let seed = 0; seed < 81; seed++) {
      const commits = new ScriptedCommits({ maxGroupBytes: 64 })
      commits.isAheadAllowed = seed % 2 === 0
      const count = 12
      for (let i = 0, rest = seed; i < count; i++, rest = Math.floor(rest / 3) + i) {
        commits.put(String.fromCharCode(97 + i), DURABILITIES[rest % 3]!)
        if ((seed + i) % 4 === 0) await settle()
        if ((seed + i) % 5 === 0) for (const sync of commits.syncs) sync.open()
      }
      for (let i = 0; i < count; i++) {
        for (const sync of commits.syncs) sync.open()
        await settle()
      }
      const ends = commits.events.filter((event) => event.includes(' = '))
      expect(ends).toEqual(Array.from({ length: count }, (_, i) => `${String.fromCharCode(97 + i)} = ${i + 1}`))
      expect(commits.queue.isIdle).toBe(true)
    }
  })

  test('a task takes its place in the order and has the queue to itself', async () => {
    const commits = new ScriptedCommits()
    const gate = commits.gate('task')
    commits.put('a')
    commits.note(
      'run',
      commits.queue.run(() => commits.job(gate)),
    )
    commits.put('b')
    await settle()
    expect(commits.take()).toEqual(['append a 1-1', 'apply a 1', 'publish 1', 'a = 1', 'task begins'])
    expect(commits.queue.isIdle).toBe(false)
    gate.open()
    await settle()
    expect(commits.take()).toEqual(['task ends', 'run done', 'append b 2-2', 'apply b 2', 'publish 2', 'b = 2'])
  })

  test('a task that fails fails alone', async () => {
    const commits = new ScriptedCommits()
    const gate = commits.gate('task')
    commits.note(
      'run',
      commits.queue.run(() => commits.job(gate)),
    )
    commits.put('a')
    await settle()
    gate.fail(Object.assign(new Error('no'), { code: 'IO' }))
    await settle()
    expect(commits.take().filter((event) => event.includes('run') || event.includes('='))).toEqual([
      'run IO undefined',
      'a = 1',
    ])
  })

  test('an empty batch waits for what is before it and takes no sequence', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'power')
    commits.queue.begin(0, 'power')
    commits.note('empty', commits.queue.end(0))
    await settle()
    expect(commits.take()).toEqual(['append a 1-1', 'apply a 1', 'pool sync begins'])
    commits.syncs[0]!.open()
    await settle()
    expect(commits.take()).toEqual(['pool sync ends', 'publish 1', 'a = 1', 'empty = 1'])
  })
})
