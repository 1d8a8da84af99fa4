import { applyNameChange, type MemoryDirectory, type MemoryNode } from '../fs/memory-directory.ts'
import type { Choices } from './choices.ts'
import type { DiskProfile } from './disk-profile.ts'

/** What a power cut leaves of the names in a directory; `cutoff` is the first order that is lost, for disks that keep an order. */
export function survivingNames(
  directory: MemoryDirectory,
  path: string,
  profile: DiskProfile,
  choices: Choices,
  cutoff: number,
): ReadonlyMap<string, MemoryNode> {
  const changes = directory.unsynced
  if (changes.length === 0) return directory.durableNames
  switch (profile.names) {
    case 'none':
      return directory.durableNames
    case 'all':
      return directory.namesAfter(() => true)
    case 'global':
    case 'journal':
      return directory.namesAfter(({ order }) => order < cutoff)
    case 'prefix': {
      const kept = changes.length - choices.pick(changes.length + 1, `names of ${path}/`)
      return directory.namesAfter((_change, index) => index < kept)
    }
    case 'any': {
      const each = changes.length > 1 || (profile.halfRenames && changes[0]!.kind === 'rename')
      const lost = choices.pick(changes.length + (each ? 2 : 1), `names of ${path}/`)
      if (lost <= changes.length) return directory.namesAfter((_change, index) => index < changes.length - lost)
      return chosenNames(directory, path, profile, choices)
    }
  }
}

/** Every change alone, since nothing orders them but a sync. */
function chosenNames(
  directory: MemoryDirectory,
  path: string,
  profile: DiskProfile,
  choices: Choices,
): ReadonlyMap<string, MemoryNode> {
  const names = new Map(directory.durableNames)
  for (const change of directory.unsynced) {
    const ways = change.kind === 'rename' && profile.halfRenames ? 4 : 2
    const way = choices.pick(ways, `${change.kind} of ${path}/${change.name}`)
    const hadSource = names.get(change.name) === change.node
    if (way === 0 || way === 2) applyNameChange(change, names)
    if (way === 2 && hadSource) names.set(change.name, change.node)
    if (way === 3 && change.kind === 'rename') {
      if (hadSource) names.delete(change.name)
      names.delete(change.to)
    }
  }
  return names
}
