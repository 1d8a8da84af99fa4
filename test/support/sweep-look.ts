import { dumpedKind, dumpFile } from '../../src/inspect/dump-file.ts'
import { isForeign, outlineOf } from '../../src/inspect/store-outline.ts'
import { STORE, type SweepSession } from './sweep-session.ts'

/** Reads the files beside an open store, as the command does. */
export async function lookInto(session: SweepSession): Promise<void> {
  const { disk } = session
  await session.attempt('foreign', async () => isForeign(disk, STORE))
  await session.attempt('outline', async () => outlineOf(disk, STORE))
  for (const name of disk.fork().list(STORE)) {
    const kind = dumpedKind(name)
    if (kind === undefined) continue
    await session.attempt(`dump ${name}`, async () => {
      for (const _item of dumpFile(disk, STORE, name, kind));
    })
  }
}
