import { type Change, type MemoryFile, SECTOR_BYTES, sectorsOf } from '../fs/memory-file.ts'
import { type Choices, seededNumbers } from './choices.ts'
import { ContentsImage } from './contents-image.ts'
import type { DiskProfile } from './disk-profile.ts'

/** What is to be taken back in a sector: its last `undone` writes, from an offset on. */
interface SectorLoss {
  readonly undone: number
  readonly from: number
}

/**
 * Any subset of the sectors that were written, each as any of the writes to it left it. Only a file that was cut shorter keeps an order: what
 * follows the cut happened after it.
 */
export function sectorsImage(file: MemoryFile, path: string, profile: DiskProfile, choices: Choices): Uint8Array {
  const image = new ContentsImage(file)
  const changes = undoLostCuts(file, path, choices, image)
  image.size = chosenSize(file, changes, path, choices)
  const writes = writesPerSector(changes)
  const durable = changes.reduce(
    (bytes, change) => (isCut(change) ? Math.min(bytes, change.offset) : bytes),
    file.durableSize,
  )
  const losses = new Map<number, SectorLoss>()
  const spoilt: number[] = []
  for (const [sector, count] of [...writes].sort(([a], [b]) => a - b)) {
    if (sector * SECTOR_BYTES >= image.size) continue
    const loss = sectorLoss(sector, count, { changes, durable, size: image.size, path, profile, choices })
    if (loss === 'garbage') spoilt.push(sector)
    else losses.set(sector, loss)
    if (loss === 'garbage' || loss.undone < count || loss.from > sector * SECTOR_BYTES) image.keep(sector)
  }
  for (const change of changes) if (isCut(change)) image.keepAll(change)
  undoLosses(image, changes, losses)
  for (const sector of spoilt) spoil(image, sector, path, choices)
  return image.finish()
}

function isCut(change: Change): boolean {
  return change.kind === 'truncate' && change.before.length > 0
}

/** Decides which cuts survive, undoes the others with all behind them, and returns the changes that are left. */
function undoLostCuts(file: MemoryFile, path: string, choices: Choices, image: ContentsImage): readonly Change[] {
  const changes = file.unsynced
  const cuts = changes.flatMap((change, index) => (isCut(change) ? [index] : []))
  const lost = cuts.length === 0 ? 0 : choices.pick(cuts.length + 1, `lost truncations of ${path}`)
  const end = lost === 0 ? changes.length : cuts[cuts.length - lost]!
  for (let index = changes.length - 1; index >= end; index--) image.undo(changes[index]!)
  return changes.slice(0, end)
}

/** Any size that the file had since the last cut, the latest one being the benign choice. */
function chosenSize(file: MemoryFile, changes: readonly Change[], path: string, choices: Choices): number {
  const first = changes.findLastIndex(isCut) + 1
  const base = first === 0 ? file.durableSize : changes[first - 1]!.offset
  const sizes = [base]
  for (let index = first; index < changes.length; index++) {
    const change = changes[index]!
    const size = change.kind === 'truncate' ? grownSize(file, index) : change.offset + change.length
    if (size > sizes.at(-1)!) sizes.push(size)
  }
  return sizes[sizes.length - 1 - (sizes.length === 1 ? 0 : choices.pick(sizes.length, `size of ${path}`))]!
}

/** The size after a change, which the next one knows. */
function grownSize(file: MemoryFile, index: number): number {
  return file.unsynced[index + 1]?.sizeBefore ?? file.size
}

/** How many writes to each sector can be taken back: a cut cannot, nor can what came before it. */
function writesPerSector(changes: readonly Change[]): Map<number, number> {
  const writes = new Map<number, number>()
  const closed = new Set<number>()
  for (const change of [...changes].reverse()) {
    for (const sector of sectorsOf(change)) {
      if (isCut(change)) closed.add(sector)
      else if (!closed.has(sector)) writes.set(sector, (writes.get(sector) ?? 0) + 1)
    }
  }
  return writes
}

interface SectorContext {
  readonly changes: readonly Change[]
  /** The sectors below hold durable bytes. */
  readonly durable: number
  readonly size: number
  readonly path: string
  readonly profile: DiskProfile
  readonly choices: Choices
}

function sectorLoss(sector: number, writes: number, context: SectorContext): SectorLoss | 'garbage' {
  const { changes, durable, size, path, profile, choices } = context
  const start = sector * SECTOR_BYTES
  const end = Math.min(start + SECTOR_BYTES, size)
  const none = { undone: 0, from: start }
  // Where a size never comes without its data, only sectors that are replaced whole may come in any order.
  if (!profile.sizeWithoutData && start + SECTOR_BYTES > durable) return none
  const tearable = Math.max(start, durable)
  const replaces = changes.some(({ offset, length }) => offset < Math.min(end, durable) && offset + length > start)
  const canTear = profile.tornWrites && !replaces && end - tearable > 1
  const canSpoil = profile.garbage && start >= durable
  const label = `sector ${sector} of ${path}`
  const choice = choices.pick(1 + writes + (canTear ? 1 : 0) + (canSpoil ? 1 : 0), label)
  if (choice <= writes) return { undone: choice, from: start }
  if (!canTear || choice === writes + 2) return 'garbage'
  return { undone: writes, from: end - 1 - choices.pick(end - tearable - 1, `torn ${label}`) }
}

function undoLosses(image: ContentsImage, changes: readonly Change[], losses: ReadonlyMap<number, SectorLoss>): void {
  const left = new Map<number, number>()
  for (const [sector, { undone }] of losses) if (undone > 0) left.set(sector, undone)
  for (let index = changes.length - 1; index >= 0 && left.size > 0; index--) {
    for (const sector of sectorsOf(changes[index]!)) {
      const more = left.get(sector)
      if (more === undefined) continue
      image.undoBytes(changes[index]!, losses.get(sector)!.from, (sector + 1) * SECTOR_BYTES)
      if (more === 1) left.delete(sector)
      else left.set(sector, more - 1)
    }
  }
}

/** Ones, the sector before it a second time, or noise. */
function spoil(image: ContentsImage, sector: number, path: string, choices: Choices): void {
  const kind = choices.pick(3, `garbage in sector ${sector} of ${path}`)
  const noise = seededNumbers(sector)
  if (kind === 0) image.fill(sector, () => 0xff)
  else if (kind === 1 && sector > 0) image.fill(sector, (offset) => image.byteAt(offset - SECTOR_BYTES))
  else image.fill(sector, noise)
}
