import { SWEEP_LEAVINGS } from './sweep-leavings.ts'
import { contentOf } from './sweep-ledger.ts'
import { lookInto } from './sweep-look.ts'
import { SWEEP_RECOVERIES } from './sweep-recoveries.ts'
import { SWEEP_OPTIONS } from './sweep-session.ts'
import { closedLife, crashedLife, MOVING, some, usedBytes } from './sweep-stages.ts'
import type { SweepWorkload } from './sweep-workload.ts'

export const SWEEP_WORKLOADS: readonly SweepWorkload[] = [
  {
    name: 'open new',
    async run(session) {
      if (!(await session.open())) return
      await session.put('a', 20)
      await session.expectVisible()
      await session.close()
    },
  },
  {
    name: 'replay after a kill',
    before: [{ run: crashedLife, ends: 'kill' }],
    async run(session) {
      if (!(await session.open())) return
      await session.put('d', 20)
      await session.expectVisible()
    },
  },
  {
    name: 'rotate and flush',
    async run(session) {
      if (!(await session.open())) return
      await Promise.all([session.put('a', 20, 'process'), session.put('b', 20, 'none'), session.put('c', 20)])
      await some(session, 'd', 8, 150)
      await session.flush()
      await session.expectVisible()
      await session.close()
    },
  },
  {
    name: 'compact',
    async run(session) {
      if (!(await session.open())) return
      for (let i = 0; i < 3; i++) {
        await some(session, 'a', 3, 90)
        await session.write([{ type: 'delete', key: `a${i}` }])
        await session.flush()
      }
      await session.compact()
      await session.verify()
      await session.expectVisible()
    },
  },
  {
    name: 'look into the files',
    codes: ['CORRUPTION', 'NOT_FOUND'],
    async run(session) {
      if (!(await session.open())) return
      await some(session, 'a', 6, 150)
      await session.flush()
      await session.put('b', 20)
      await lookInto(session)
      await session.expectVisible()
    },
  },
  {
    name: 'move',
    options: { ...SWEEP_OPTIONS, compaction: MOVING },
    async run(session) {
      if (!(await session.open())) return
      for (const prefix of ['a', 'b']) {
        await some(session, prefix, 3, 90)
        await session.flush()
      }
      await session.put('c', 20)
      await session.expectVisible()
    },
  },
  {
    name: 'close and open again',
    before: [{ run: closedLife, ends: 'power cut' }],
    async run(session) {
      if (!(await session.open())) return
      await session.put('b', 20, 'process')
      await session.close()
      if (!(await session.open())) return
      await session.expectVisible()
      await session.put('c', 20)
      await session.close()
    },
  },
  {
    name: 'clear a range',
    async run(session) {
      if (!(await session.open())) return
      await some(session, 'a', 5, 100)
      await session.put('b', 20)
      await session.clear('a')
      await session.expectVisible()
    },
  },
  {
    name: 'a big value',
    async run(session) {
      if (!(await session.open())) return
      await session.put('a', 20)
      await session.put('big', 140_000)
      await session.put('b', 20)
      await session.flush()
      await session.expectVisible()
    },
  },
  {
    name: 'resume after NO_SPACE',
    codes: ['NO_SPACE'],
    async run(session) {
      if (!(await session.open())) return
      await session.put('a', 60)
      await session.put('b', 20, 'process')
      session.disk.capacityBytes = usedBytes(session) + 5
      await session.put('c', 200)
      session.disk.capacityBytes = Number.POSITIVE_INFINITY
      await session.resume()
      await session.put('d', 300)
      await session.flush()
      await session.expectVisible()
      await session.close()
    },
  },
  {
    name: 'the manifest written afresh',
    codes: ['IO'],
    async run(session) {
      if (!(await session.open())) return
      await some(session, 'a', 3)
      session.failNext('append', 'MANIFEST', { error: 'EIO', afterBytes: 7 })
      await session.flush()
      await session.put('b', 60)
      await session.flush()
      await session.expectVisible()
    },
  },
  {
    name: 'a new log after a failed append',
    codes: ['IO'],
    async run(session) {
      if (!(await session.open())) return
      await session.put('a', 60)
      await session.put('b', 60, 'process')
      session.failNext('append', '.wal', { error: 'EIO', afterBytes: 7 })
      await session.put('c', 60)
      await session.put('d', 60)
      await session.flush()
      await session.expectVisible()
      await session.close()
    },
  },
  {
    name: 'a flush that fails, and is tried again',
    codes: ['IO'],
    async run(session) {
      if (!(await session.open())) return
      await some(session, 'a', 3)
      session.failNext('append', '.sst', { error: 'EIO', afterBytes: 7 })
      await session.flush()
      await session.expectVisible()
      await session.close()
    },
  },
  {
    name: 'snapshot and scan over a compaction',
    async run(session) {
      if (!(await session.open())) return
      await some(session, 'a', 6, 90)
      await session.flush()
      const store = session.store!
      const visible = session.ledger.visible
      const snapshot = store.snapshot()
      const scan = store.scan({ encoding: 'utf8' })
      await some(session, 'a', 6, 50)
      await session.flush()
      await session.compact()
      for (const reader of [scan, snapshot.scan({ encoding: 'utf8' })]) {
        const seen = await session.attempt('read a view', async () => contentOf(reader))
        if (seen !== undefined && !visible.includes(seen)) {
          throw new Error(`a view shows ${seen} instead of ${visible.join(' or ')}`)
        }
      }
      snapshot.close()
      await session.expectVisible()
    },
  },
  {
    name: 'synchronous writes that flush in place',
    async run(session) {
      if (!(await session.open())) return
      for (let i = 0; i < 8; i++) await session.putSync(`a${i}`, 150)
      await session.expectVisible()
      await session.close()
    },
  },
  ...SWEEP_RECOVERIES,
  ...SWEEP_LEAVINGS,
]
