import { SWEEP_OPTIONS } from './sweep-session.ts'
import { closedLife, crashedLife, damageLog, openingCutShort } from './sweep-stages.ts'
import type { SweepWorkload } from './sweep-workload.ts'

/** Workloads about what earlier lives have left. */
export const SWEEP_RECOVERIES: readonly SweepWorkload[] = [
  {
    name: 'recovery of a crashed store',
    before: [{ run: crashedLife, ends: 'power cut' }],
    async run(session) {
      if (!(await session.open())) return
      await session.expectVisible()
      await session.close()
    },
  },
  {
    name: 'recovery of a recovery cut short',
    before: [
      { run: crashedLife, ends: 'power cut' },
      { run: openingCutShort, ends: 'kill' },
    ],
    async run(session) {
      if (!(await session.open())) return
      await session.put('d', 20)
      await session.close()
    },
  },
  {
    name: 'a damaged log, of which the end is left',
    options: { ...SWEEP_OPTIONS, recovery: 'point-in-time' },
    before: [
      { run: closedLife, ends: 'kill' },
      { run: damageLog, ends: 'kill' },
    ],
    async run(session) {
      if (!(await session.open())) return
      await session.put('d', 20)
      await session.expectVisible()
    },
  },
  {
    name: 'a creation cut short',
    before: [{ run: openingCutShort, ends: 'kill' }],
    async run(session) {
      if (!(await session.open())) return
      await session.put('a', 20)
    },
  },
  {
    name: 'read-only',
    before: [{ run: closedLife, ends: 'kill' }],
    readsOnly: true,
    async run(session) {
      if (!(await session.open({ readOnly: true }))) return
      await session.verify()
      await session.expectVisible()
    },
  },
  {
    name: 'destroy',
    codes: ['CORRUPTION'],
    before: [{ run: closedLife, ends: 'kill' }],
    mayBeRefused: true,
    run: (session) => session.destroy(),
  },
]
