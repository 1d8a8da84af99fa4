import { SWEEP_OPTIONS, type SweepSession } from './sweep-session.ts'
import { closedLife, damageLog, spilledLog } from './sweep-stages.ts'
import type { SweepWorkload } from './sweep-workload.ts'

const POINT_IN_TIME = { ...SWEEP_OPTIONS, recovery: 'point-in-time' } as const

/** So many openings have dropped bytes that `lost/` is full. */
async function damagedAgainAndAgain(session: SweepSession): Promise<void> {
  await closedLife(session)
  for (let i = 0; i < 8; i++) {
    await damageLog(session)
    await session.open(POINT_IN_TIME)
    await session.put('b', 20 + i)
    await session.put('c', 20 + i)
    await session.close()
  }
  await damageLog(session)
}

/** Workloads about what openings leave, keep and take away again. */
export const SWEEP_LEAVINGS: readonly SweepWorkload[] = [
  {
    name: 'dropped bytes beyond those that are kept',
    options: POINT_IN_TIME,
    before: [{ run: damagedAgainAndAgain, ends: 'kill' }],
    async run(session) {
      if (!(await session.open())) return
      await session.put('d', 20)
      await session.close()
    },
  },
  {
    name: 'destroy with what was dropped',
    codes: ['CORRUPTION'],
    options: POINT_IN_TIME,
    before: [{ run: damagedAgainAndAgain, ends: 'kill' }],
    mayBeRefused: true,
    run: (session) => session.destroy(),
  },
  {
    name: 'an opening refused behind a full memtable',
    codes: ['CORRUPTION'],
    options: POINT_IN_TIME,
    before: [
      { run: spilledLog, ends: 'kill' },
      { run: damageLog, ends: 'kill' },
    ],
    async run(session) {
      if (await session.open({ recovery: 'absolute' })) throw new Error('a damaged log was opened')
      if (!(await session.open())) return
      await session.put('d', 20)
      await session.close()
    },
  },
  {
    name: 'a creation whose directory cannot be made durable',
    codes: ['IO'],
    async run(session) {
      session.leaveLockFiles()
      session.failNext('syncDirectory', '/', { error: 'EIO', pages: 'kept' })
      if (!(await session.open()) && !(await session.open())) return
      await session.put('a', 20)
      await session.close()
    },
  },
]
