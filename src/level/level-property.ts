import type { StoreStatistics } from '../index.ts'

/** How many levels LevelDB has; it knows nothing of one beyond. */
const LEVELS = 7
const FILES_AT_LEVEL = /^leveldb\.num-files-at-level(\d{1,3})$/

/** Properties under LevelDB's names, as text; '' for one that Varve does not keep. */
export function levelProperty(property: string, statistics: StoreStatistics): string {
  const level = FILES_AT_LEVEL.exec(property)?.[1]
  if (level !== undefined) return filesAt(Number(level), statistics)
  if (property === 'leveldb.approximate-memory-usage') return String(memoryBytes(statistics))
  return property === 'leveldb.stats' ? levelTable(statistics) : ''
}

function filesAt(level: number, { levels }: StoreStatistics): string {
  return level < Math.max(LEVELS, levels.length) ? String(levels[level]?.tables ?? 0) : ''
}

function memoryBytes({ memtableBytes, blockCache, filters, indexBytes, pendingBytes }: StoreStatistics): number {
  return memtableBytes + blockCache.bytes + filters.bytes + indexBytes + pendingBytes
}

function levelTable({ levels }: StoreStatistics): string {
  const rows = levels.map(({ tables, bytes }, level) => {
    const mebibytes = (bytes / 2 ** 20).toFixed(1)
    return `${String(level).padStart(5)}${String(tables).padStart(7)}${mebibytes.padStart(9)}`
  })
  return `${['Level  Files Size(MB)', ...rows].join('\n')}\n`
}
