import { manifestName, parseFileName, tableName, walName } from '../manifest/file-names.ts'
import type { StoreCore } from './store-core.ts'

/** The names of files of the store's own kind that it does not need: of what it is just about to make, or to remove, nothing is said. */
export function orphansOf(core: StoreCore): string[] {
  const { tree, logs, manifest, background, queue, context } = core
  const live = new Set([manifestName(manifest.fileNumber), ...[...logs.numbers, ...logs.unused].map(walName)])
  for (const table of tree.versions.current.tables()) live.add(tableName(table.number))
  for (const table of tree.versions.retired) live.add(tableName(table.number))
  const isQuiet = !background.isWorking && queue.isIdle && manifest.isSettled
  const { directory, fileSystem, removal } = context
  return fileSystem.list(directory).filter((name) => {
    const parsed = parseFileName(name)
    if (parsed === undefined || parsed.kind === 'current' || parsed.kind === 'lock') return false
    if (live.has(name) || removal.isPending(`${directory}/${name}`)) return false
    return isQuiet || (parsed.number > 0 && parsed.number < core.firstNumber)
  })
}
