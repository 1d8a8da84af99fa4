import { type Change, type MemoryFile, SECTOR_BYTES } from '../fs/memory-file.ts'
import type { Choices } from './choices.ts'
import { ContentsImage } from './contents-image.ts'
import type { DiskProfile } from './disk-profile.ts'
import { sectorsImage } from './sectors-image.ts'

/** The instant of a power cut, for disks that keep an order: changes with a smaller order survive, of that one `tornBytes`. */
export interface Cutoff {
  readonly order: number
  readonly tornBytes: number
}

/** What a power cut leaves of a file. */
export function survivingContents(
  file: MemoryFile,
  path: string,
  profile: DiskProfile,
  choices: Choices,
  cutoff: Cutoff,
): Uint8Array {
  if (file.isDurable) return file.frozenContents()
  switch (profile.contents) {
    case 'none':
      return file.durableContents()
    case 'all':
      return prefixOf(file, file.unsynced.length, 0)
    case 'global': {
      const kept = file.unsynced.findIndex(({ order }) => order >= cutoff.order)
      if (kept === -1) return prefixOf(file, file.unsynced.length, 0)
      return prefixOf(file, kept, file.unsynced[kept]!.order === cutoff.order ? cutoff.tornBytes : 0)
    }
    case 'prefix':
    case 'sectors':
      return file.unsynced.length === 0 ? file.durableContents() : chosenContents(file, path, profile, choices)
  }
}

/** 0: all; 1: nothing; 2: the first changes; 3: some sectors; 4, of a file that grew: its size, and zeros. */
function chosenContents(file: MemoryFile, path: string, profile: DiskProfile, choices: Choices): Uint8Array {
  const grew = file.size > file.durableSize
  const ways = profile.contents === 'prefix' ? 3 : profile.sizeWithoutData && grew ? 5 : 4
  switch (choices.pick(ways, `contents of ${path}`)) {
    case 0:
      return prefixOf(file, file.unsynced.length, 0)
    case 1:
      return file.durableContents()
    case 2:
      return chosenPrefix(file, path, profile, choices)
    case 3:
      return sectorsImage(file, path, profile, choices)
    default: {
      const zeros = new Uint8Array(file.size)
      zeros.set(file.durableContents())
      return zeros
    }
  }
}

function chosenPrefix(file: MemoryFile, path: string, profile: DiskProfile, choices: Choices): Uint8Array {
  const changes = file.unsynced
  const kept = changes.length - 1 - choices.pick(changes.length, `lost changes of ${path}`)
  const torn = profile.tornWrites ? choices.pick(changes[kept]!.length, `torn bytes of ${path}`) : 0
  return prefixOf(file, kept, torn)
}

/** The contents after the first `kept` un-synced changes and the first bytes of the next. */
function prefixOf(file: MemoryFile, kept: number, tornBytes: number): Uint8Array {
  const changes = file.unsynced
  const torn = changes[kept]
  const safeBytes = torn === undefined ? 0 : wholeSectors(torn, tornBytes, protectedBytes(file, kept))
  if (kept === 0 && safeBytes === 0) return file.durableContents()
  const image = new ContentsImage(file)
  for (let index = changes.length - 1; index >= kept; index--) {
    image.undo(changes[index]!, index === kept ? safeBytes : 0)
  }
  for (const change of changes.slice(0, kept)) image.keepAll(change)
  if (safeBytes > 0) image.keepAll({ ...torn!, length: safeBytes })
  return image.finish()
}

/** Below this offset a sector holds durable bytes, if none of the first `kept` changes cut them off. */
function protectedBytes(file: MemoryFile, kept: number): number {
  let bytes = file.durableSize
  for (const change of file.unsynced.slice(0, kept)) {
    if (change.kind === 'truncate') bytes = Math.min(bytes, change.offset)
  }
  return bytes
}

/** How many of the first bytes of a write may be there alone: a sector whose durable bytes it replaces is written whole. */
function wholeSectors(change: Change, bytes: number, durable: number): number {
  if (change.kind === 'truncate') return 0
  const cut = change.offset + bytes
  const sectorStart = cut - (cut % SECTOR_BYTES)
  if (Math.max(sectorStart, change.offset) >= durable) return bytes
  return Math.max(0, sectorStart - change.offset)
}
