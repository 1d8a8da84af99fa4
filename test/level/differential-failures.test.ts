import { describe, test } from 'vitest'
import { requireAgreement } from '../support/level-agreement.ts'
import type { LevelCase, Operation } from '../support/level-operations.ts'
import { allSources } from '../support/level-sources.ts'

/** Shrunk cases in which VarveLevel once answered otherwise than memory-level and classic-level. */
describe('Varve answers as the others do', () => {
  const cases: Record<string, Operation[]> = {
    'to the read of an iterator of a closed snapshot, which says that it is closed': [
      { kind: 'put', at: 'root', key: { text: 'a' }, value: { text: 'x' } },
      { kind: 'snapshot', at: 'root', slot: 0 },
      { kind: 'release', slot: 0 },
      ...(['iterator', 'keys', 'values'] as const).map(
        (over): Operation => ({
          ...{ kind: 'iterate', at: 'a', over, options: { snapshot: 0 } },
          steps: [{ step: 'seek', to: { text: 'a' } }, { step: 'next' }],
        }),
      ),
    ],
    'to such an iterator while the database opens': [
      { kind: 'snapshot', at: 'a', slot: 0 },
      {
        ...{ kind: 'reopen', at: 'root', anew: false, meanwhile: [] },
        early: [{ kind: 'iterate', at: 'root', over: 'iterator', options: { snapshot: 0 }, steps: [{ step: 'all' }] }],
      },
    ],
    'to a seek after an abort, which only reads report': [
      { kind: 'put', at: 'root', key: { text: 'b' }, value: { text: 'x' } },
      {
        ...{ kind: 'iterate', at: 'root', over: 'iterator', options: {} },
        steps: [{ step: 'next' }, { step: 'abort' }, { step: 'seek', to: { text: 'a' } }, { step: 'next' }],
      },
    ],
    'to a seek within a limited range, which takes back what was read ahead': [
      {
        ...{ kind: 'batch', at: 'root' },
        writes: ['a', 'b', 'c', 'd'].map((text) => ({ key: { text }, value: { text } })),
      },
      {
        ...{ kind: 'iterate', at: 'root', over: 'iterator', options: { limit: 4 } },
        steps: [{ step: 'next' }, { step: 'next' }, { step: 'seek', to: { text: 'a' } }, { step: 'next' }],
      },
    ],
    'to a limited clear of keys that are not UTF-8': [
      { kind: 'put', at: 'root', key: { text: '!a!\x80', encoding: 'buffer' }, value: { text: 'x' } },
      { kind: 'clear', at: 'root', range: { gt: '', limit: 5 } },
    ],
  }
  test.each(Object.entries(cases))('%s', async (_name, operations) => {
    const setting: LevelCase['setting'] = { strategy: 'leveled', memtableBytes: 512, isOnDisk: false }
    await requireAgreement({ setting, early: [], operations }, allSources)
  })
})
