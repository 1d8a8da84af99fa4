import { dirname, resolve } from 'node:path'
import { type FileSystem, nodeFileSystem, repair } from '../index.ts'
import type { RepairOptions } from './level-options.ts'
import { notice } from './notice.ts'

/**
 * Repairs a store where it is, as LevelDB does: a new one is built beside it from all that can be proven, and takes its
 * place. The damaged one is kept beside it.
 */
export async function repairInPlace(location: string, options: RepairOptions): Promise<void> {
  const { fileSystem = nodeFileSystem, logger } = options
  const place = resolve(location)
  const target = freeName(fileSystem, `${place}.repaired`)
  const { complete, summary } = await repair(place, target, { fileSystem, logger })
  const damaged = freeName(fileSystem, `${place}.damaged`)
  fileSystem.rename(place, damaged)
  fileSystem.rename(target, place)
  // Without it a power cut could take the names back, and leave the place empty.
  await fileSystem.syncDirectory(dirname(place))
  if (!complete) notice(logger, `repairing ${place}: ${summary}; what it was lies in ${damaged}`)
}

function freeName(fileSystem: FileSystem, stem: string): string {
  let n = 1
  while (fileSystem.status(`${stem}-${n}`) !== undefined) n++
  return `${stem}-${n}`
}
