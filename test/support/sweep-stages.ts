import type { CompactionStrategy } from '../../src/compaction/strategy.ts'
import { STORE, type SweepSession } from './sweep-session.ts'

/** Puts under one prefix; every third write is not synced by itself. */
export async function some(session: SweepSession, prefix: string, count: number, bytes = 60): Promise<void> {
  for (let i = 0; i < count; i++) await session.put(`${prefix}${i}`, bytes, i % 3 === 1 ? 'process' : 'power')
}

/** A life that holds tables, and a log with writes that nothing has synced. */
export async function crashedLife(session: SweepSession): Promise<void> {
  await session.open()
  await some(session, 'a', 8, 100)
  await session.flush()
  await some(session, 'b', 4)
  await session.put('c', 20, 'process')
}

export async function closedLife(session: SweepSession): Promise<void> {
  await crashedLife(session)
  await session.close()
}

/** A life whose log holds several memtables of the next one. */
export async function spilledLog(session: SweepSession): Promise<void> {
  await session.open({ memtableBytes: 1 << 20 })
  await some(session, 'a', 24, 100)
}

/** A creation or recovery that is ended just before CURRENT names its manifest. */
export async function openingCutShort(session: SweepSession): Promise<void> {
  session.failNext('rename', 'CURRENT', { error: 'EIO' })
  await session.open()
}

/** Flips a bit in the middle of the last log. */
export async function damageLog({ disk, ledger }: SweepSession): Promise<void> {
  const name = disk.list(STORE).filter((each) => each.endsWith('.wal'))
  const file = disk.open(`${STORE}/${name.sort().at(-1)}`, 'write', 'wal')
  const byte = new Uint8Array(1)
  file.readSync(byte, file.sizeSync() >> 1)
  file.writeSync(
    byte.map((each) => each ^ 1),
    file.sizeSync() >> 1,
  )
  file.syncSync()
  file.close()
  ledger.forgetPromises()
}

/** Puts each flush below the ones before, without reading it. */
export const MOVING: CompactionStrategy = {
  name: 'moving',
  pick({ levels }) {
    const run = levels[0]?.runs[0]
    if (run === undefined || (levels[1]?.runs.length ?? 0) > 3) return { kind: 'idle' }
    const tables = run.tables.map(({ number }) => number)
    return {
      kind: 'move',
      tables,
      level: 1,
      run: Math.max(0, ...(levels[1]?.runs ?? []).map((each) => each.number)) + 1,
    }
  },
  pressure: () => ({ kind: 'none' }),
  bottom: () => ({ level: 1, run: 1, tableBytes: 1024 }),
}

/** Sum of the sizes of all files of the store. */
export function usedBytes(session: SweepSession): number {
  const disk = session.disk.fork()
  return disk.list(STORE).reduce((sum, name) => sum + disk.status(`${STORE}/${name}`)!.size, 0)
}
