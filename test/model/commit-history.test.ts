import { describe, expect, test } from 'vitest'
import { CommitHistory, type State } from '../../src/testing/commit-history.ts'

/** A history of batches `1`, `2`, ... each of which puts its number. */
function historyOf(count: number): CommitHistory {
  const history = new CommitHistory()
  for (let i = 1; i <= count; i++) history.append([{ key: 'k', value: String(i) }])
  return history
}

function stateAfter(count: number): State {
  return count === 0 ? new Map() : new Map([['k', String(count)]])
}

describe('the history of commits', () => {
  test('what is visible is a prefix that holds all that has resolved', () => {
    const history = historyOf(3)
    history.resolve(2, 'power')
    expect(() => history.match(stateAfter(1))).toThrow('visible may be')
    expect(history.match(stateAfter(2))).toEqual(stateAfter(2))
    expect(history.match(stateAfter(3))).toEqual(stateAfter(3))
    expect(() => history.match(new Map([['other', 'x']]))).toThrow('read {"other"')
  })

  test('a kill may lose writes that promised nothing, as a suffix', () => {
    for (const survivors of [1, 2, 3]) {
      const history = historyOf(3)
      history.resolve(1, 'process')
      history.resolve(3, 'none')
      history.recover(stateAfter(survivors), 'kill')
      expect(history.issued).toBe(survivors)
      expect(history.latest).toEqual(stateAfter(survivors))
    }
    const history = historyOf(3)
    history.resolve(2, 'process')
    expect(() => history.recover(stateAfter(1), 'kill')).toThrow('2 calls promised')
  })

  test('a power cut may lose what was not synced, and nothing before that', () => {
    const history = historyOf(4)
    history.resolve(1, 'power')
    history.resolve(3, 'process')
    expect(() => history.recover(stateAfter(0), 'power cut')).toThrow('1 calls promised')
    history.secure(2)
    expect(() => history.recover(stateAfter(1), 'power cut')).toThrow('2 calls promised')
    history.recover(stateAfter(2), 'power cut')
    expect(history.issued).toBe(2)
  })

  test('what was recovered is lost to no second kill, and to no power cut once a write is acknowledged', () => {
    const history = historyOf(2)
    history.resolve(2, 'none')
    history.recover(stateAfter(2), 'kill')
    expect(() => history.recover(stateAfter(1), 'kill')).toThrow('2 calls promised')
    history.resolve(history.append([{ key: 'k', value: '3' }]), 'none')
    expect(() => history.recover(stateAfter(1), 'power cut')).toThrow('2 calls promised')
    history.recover(stateAfter(2), 'power cut')
  })

  test('a batch that was refused counts as nothing, also for those behind it', () => {
    const history = new CommitHistory()
    history.append([{ key: 'a', value: '1' }])
    const refused = history.append([{ key: 'b', value: '2' }])
    history.append([{ key: 'c', value: '3' }])
    expect(history.visible().map((state) => [...state.keys()].join(''))).toEqual(['', 'a', 'ab', 'abc'])
    history.refuse(refused)
    expect(history.visible().map((state) => [...state.keys()].join(''))).toEqual(['', 'a', 'a', 'ac'])
    expect(history.append([{ key: 'd', value: '4' }])).toBe(4)
    history.resolve(3, 'process')
    expect(() => history.refuse(2)).toThrow('call 2 was refused, but 3 are acknowledged')
    history.recover(
      new Map([
        ['a', '1'],
        ['c', '3'],
      ]),
      'kill',
    )
    expect(history.issued).toBe(3)
  })

  test('a call that was lost is not replayed when a later one is refused', () => {
    const history = historyOf(3)
    history.recover(stateAfter(1), 'power cut')
    const next = history.append([{ key: 'n', value: 'x' }])
    history.refuse(next)
    expect(history.latest).toEqual(stateAfter(1))
  })

  test('what may be recovered begins with what was promised', () => {
    const history = historyOf(3)
    history.resolve(1, 'power')
    history.resolve(2, 'process')
    expect(history.recoverable('power cut')).toEqual([1, 2, 3].map(stateAfter))
    expect(history.recoverable('kill')).toEqual([2, 3].map(stateAfter))
  })

  test('a batch that deletes and puts ends in its last operation', () => {
    const history = new CommitHistory()
    history.append([
      { key: 'a', value: '1' },
      { key: 'a', value: undefined },
      { key: 'b', value: undefined },
      { key: 'b', value: '2' },
    ])
    expect([...history.latest]).toEqual([['b', '2']])
  })
})
