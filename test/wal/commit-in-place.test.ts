import { describe, expect, test } from 'vitest'
import { settle } from '../support/manual-runtime.ts'
import { ScriptedCommits } from '../support/scripted-commits.ts'

describe('a synchronous write', () => {
  test('commits what was queued before it, then itself, and leaves the queue idle', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'power')
    expect(commits.putSync('b', 'power')).toBe(2)
    expect(commits.take()).toEqual(['append ab 1-2', 'apply ab 1', 'sync in place', 'publish 2'])
    await settle()
    expect(commits.take()).toEqual(['a = 1'])
  })

  test('tells that the queue is idle, with nobody else ever writing', () => {
    const commits = new ScriptedCommits()
    expect(commits.putSync('a', 'process')).toBe(1)
    expect(commits.take()).toEqual(['append a 1-1', 'apply a 1', 'publish 1'])
    expect(commits.idles).toBe(1)
  })

  test('syncs in place what a pool sync is busy with, whose later end changes nothing', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'power')
    commits.put('b', 'power')
    await settle()
    commits.take()
    expect(commits.putSync('c', 'process')).toBe(3)
    expect(commits.take()).toEqual(['sync in place', 'publish 2', 'append c 3-3', 'apply c 3', 'publish 3'])
    commits.syncs[0]!.open()
    await settle()
    expect(commits.take()).toEqual(['a = 1', 'b = 2', 'pool sync ends'])
    expect(commits.queue.isIdle).toBe(true)
  })

  test('when the pool sync that it overtook fails after all, everything later is refused', async () => {
    const commits = new ScriptedCommits()
    commits.put('a', 'power')
    commits.put('b', 'power')
    await settle()
    commits.putSync('c')
    commits.syncs[0]!.fail(new Error('late'))
    await settle()
    expect(commits.stopped).toMatchObject({ code: 'POISONED' })
    expect(() => commits.put('d')).toThrow(expect.objectContaining({ code: 'POISONED', outcome: 'not-applied' }))
  })

  test('does in place the job that makes room', async () => {
    const commits = new ScriptedCommits()
    const gate = commits.gate('room')
    commits.room = () => gate
    commits.put('a')
    await settle()
    expect(commits.take()).toEqual(['room begins'])
    commits.room = () => undefined
    expect(commits.putSync('b')).toBe(2)
    expect(commits.take().slice(0, 2)).toEqual(['room in place', 'append ab 1-2'])
    gate.open()
    await settle()
    expect(commits.take()).toEqual(['a = 1', 'room ends'])
  })

  test('does in place the job that has the queue to itself', async () => {
    const commits = new ScriptedCommits()
    const gate = commits.gate('task')
    commits.note(
      'run',
      commits.queue.run(() => commits.job(gate)),
    )
    await settle()
    expect(commits.putSync('b')).toBe(1)
    expect(commits.take()).toEqual(['task begins', 'task in place', 'append b 1-1', 'apply b 1', 'publish 1'])
    await settle()
    expect(commits.take()).toEqual(['run done'])
  })

  test('does in place a repair, joins those whom it refuses, and the next one goes through', async () => {
    const commits = new ScriptedCommits()
    commits.repairGate = commits.gate('repair')
    commits.appendError = new Error('disk')
    commits.put('a')
    await settle()
    expect(commits.take()).toEqual(['repair', 'repair begins'])
    commits.appendError = undefined
    expect(() => commits.putSync('b')).toThrow(expect.objectContaining({ code: 'IO', outcome: 'not-applied' }))
    expect(commits.take()).toEqual(['repair in place'])
    expect(commits.putSync('c')).toBe(1)
    await settle()
    expect(commits.take()).toContain('a IO not-applied')
  })
})
