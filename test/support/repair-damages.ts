import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { FileCall } from '../../src/testing/fault-plan.ts'
import { type Files, filesOf, flipped, nameLike, openOn } from './recovery-disk.ts'
import { TARGET } from './repair-place.ts'

/** A damaged store that is repaired while calls fail. */
export interface RepairWorkload {
  readonly name: string
  /** Where it is, as the adapter does, or into a directory of its own. */
  readonly isInPlace: boolean
  readonly damage: (files: Files) => void
  /** Whether the target is there already, and empty. */
  readonly hasTarget?: boolean
  /** Fails by itself at the first call of these: the workload is about what follows. */
  readonly fails?: (call: FileCall) => boolean
}

/** What the store was, file by file, and which values each of its keys has had. */
export interface RepairSource {
  readonly files: Files
  readonly history: ReadonlyMap<string, ReadonlySet<string>>
}

/** A store of some tables, and a log that its writer was killed over. */
export async function repairSource(): Promise<RepairSource> {
  const disk = new MemoryFileSystem()
  const history = new Map<string, Set<string>>()
  const options = { memtableBytes: 2000, blockBytes: 128, syncIntervalMs: 3_600_000 }
  const store = await openOn(disk, options)
  for (let i = 0; i < 40; i++) {
    const key = `key ${i % 17}`
    const value = `${i}`.repeat(20)
    await store.put(key, value)
    history.set(key, (history.get(key) ?? new Set()).add(value))
    if (i % 7 === 0) await store.delete(`key ${(i + 3) % 17}`)
  }
  await store.close()
  const again = await openOn(disk, { ...options, memtableBytes: 1 << 20 })
  for (let i = 0; i < 8; i++) {
    await again.put(`later ${i}`, 'x'.repeat(i))
    history.set(`later ${i}`, new Set(['x'.repeat(i)]))
  }
  await again.delete('key 1')
  const files = filesOf(disk)
  await again.close()
  return { files, history }
}

function largestTable(files: Files): string {
  const tables = [...files.keys()].filter((name) => name.endsWith('.sst'))
  return tables.sort((a, b) => files.get(b)!.length - files.get(a)!.length)[0]!
}

function change(files: Files, name: string, edit: (bytes: Uint8Array) => Uint8Array): void {
  files.set(name, edit(files.get(name)!))
}

function lastLog(files: Files): string {
  return [...files.keys()].filter((name) => name.endsWith('.wal')).at(-1)!
}

export const REPAIR_WORKLOADS: readonly RepairWorkload[] = [
  { name: 'repair of a whole store, into a directory that is there', isInPlace: false, hasTarget: true, damage() {} },
  {
    name: 'repair that fails before CURRENT has its name',
    isInPlace: false,
    damage() {},
    fails: ({ operation, path }) => operation === 'rename' && path.startsWith(TARGET),
  },
  {
    name: 'repair of a damaged block, and a torn log',
    isInPlace: false,
    damage(files) {
      change(files, largestTable(files), (bytes) => flipped(bytes, 200))
      change(files, lastLog(files), (bytes) => bytes.slice(0, -1))
    },
  },
  {
    name: 'repair of a table without its footer, and a lost CURRENT',
    isInPlace: false,
    damage(files) {
      change(files, largestTable(files), (bytes) => flipped(bytes, -5))
      files.delete('CURRENT')
    },
  },
  {
    name: 'repair without a manifest that can be relied upon',
    isInPlace: false,
    damage(files) {
      change(files, nameLike(files, /^MANIFEST/), (bytes) => flipped(bytes, 100))
      change(files, lastLog(files), (bytes) => flipped(bytes, bytes.length >> 1))
    },
  },
  {
    name: 'repair in place',
    isInPlace: true,
    damage: (files) => change(files, lastLog(files), (bytes) => flipped(bytes, bytes.length >> 1)),
  },
]
