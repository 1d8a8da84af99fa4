import type { FileSystem } from '../fs/file-system.ts'
import { type Job, SLICE } from '../fs/job.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import { type BlockHandle, TRAILER_SIZE } from '../table/format.ts'
import { BlockEntries } from './block-entries.ts'
import { BlockScan } from './block-scan.ts'
import { DamagedTable } from './damaged-table.ts'
import { damageOf, type Findings } from './findings.ts'
import type { SalvagedRuns } from './salvaged-runs.ts'

/** A table file to be read, and what is known of it. */
export interface TableCandidate {
  readonly name: string
  /** What the manifest says of it, where it is sound. */
  readonly entry: TableEntry | undefined
  /** Its id as any manifest has it. */
  readonly id: string | undefined
}

interface Tally {
  blocks: number
  bytes: number
  entries: number
}

/**
 * Takes every entry of a table whose block matches its checksum; what cannot be read is noted. Returns whether all
 * entries were taken.
 */
export function* salvageTable(
  fileSystem: FileSystem,
  directory: string,
  candidate: TableCandidate,
  runs: SalvagedRuns,
  findings: Findings,
): Job<boolean> {
  const { name, entry, id } = candidate
  const handle = fileSystem.open(`${directory}/${name}`, 'read')
  const tally = { blocks: 0, bytes: 0, entries: 0 }
  try {
    const damage: [number, number, string][] = []
    const table = new DamagedTable(handle, id, (...each) => damage.push(each))
    runs.noteTimes(table.properties ?? entry)
    const gaps: [number, number, string][] = []
    if (table.seed === undefined) gaps.push([0, table.bytes, 'its footer is damaged, and no manifest knows its id'])
    else yield* readBlocks(table, runs, findings, tally, (...gap) => gaps.push(gap))
    // Where all entries were found, what lies between their blocks holds none.
    const expected = entry?.entries ?? table.properties?.entries
    const isWhole = expected === tally.entries || (expected === undefined && gaps.length === 0)
    for (const [offset, length, why] of gaps) findings.unreadableAt(name, offset, length, why, !isWhole)
    const isCovered = (offset: number): boolean =>
      gaps.some(([from, length]) => from <= offset && offset < from + length)
    for (const [offset, length, why] of damage) {
      if (!isCovered(offset)) findings.unreadableAt(name, offset, length, why, false)
    }
    if (!isWhole) findings.hasLost = true
    const used = isWhole ? 'whole' : tally.entries > 0 ? 'part' : 'none'
    const why = isWhole ? undefined : ((damage[0] ?? gaps[0])?.[2] ?? 'it holds fewer entries than it should')
    const { blocks: parts, bytes: bytesUsed, entries } = tally
    findings.source({ file: name, kind: 'table', used, why, bytes: table.bytes, bytesUsed, parts, entries })
    return isWhole
  } finally {
    handle.close()
  }
}

function* readBlocks(
  table: DamagedTable,
  runs: SalvagedRuns,
  findings: Findings,
  tally: Tally,
  lost: (offset: number, length: number, why: string) => void,
): Job<void> {
  const entries = new BlockEntries()
  let end = 0
  let sliceBytes = 0
  for (const place of placesOf(table)) {
    const { offset } = place
    const length = place.size + TRAILER_SIZE
    if (offset > end) lost(end, offset - end, 'no intact block is there')
    end = offset + length
    try {
      const count = entries.read(
        table.readBlock(place),
        (sequence, kind, key, keyBytes, value, valueStart, valueEnd) => {
          findings.entry(sequence)
          runs.add(sequence, kind, key, 0, keyBytes, value, valueStart, valueEnd)
        },
      )
      tally.blocks++
      tally.bytes += length
      tally.entries += count
    } catch (error) {
      lost(offset, length, damageOf(error))
    }
    if (runs.isFull) yield* runs.spill()
    sliceBytes += length
    if (sliceBytes < SLICE_BYTES) continue
    sliceBytes = 0
    yield SLICE
  }
  if (end < table.dataEnd) lost(end, table.dataEnd - end, 'no intact block is there')
}

/** How much is read between two turns of the event loop. */
const SLICE_BYTES = 512 * 1024

/** Where the data blocks lie; without an index, those that are found. REQUIRES the table's seed. */
export function* placesOf({ index, handle, seed, dataEnd }: DamagedTable): Generator<BlockHandle> {
  if (index === undefined) yield* new BlockScan(handle, seed!, dataEnd).blocks()
  else for (let block = 0; block < index.count; block++) yield { offset: index.offset(block), size: index.size(block) }
}
