import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenOptions } from '../../src/database/options.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { FaultyFileSystem } from '../../test/support/faulty-file-system.ts'
import { fixedRuntime } from '../../test/support/fuzz-corpus.ts'
import { contentsOf, diskOf, type Files, filesOf, openOn } from '../../test/support/recovery-disk.ts'
import { projectPath } from '../project.ts'
import { leveled, sizeTiered } from '../store.ts'

/**
 * Keeps small stores of the present format for ever: `node dist/bench/formats/make.js 1`, once for each version of the
 * format. What is kept is never made again: a version that was released can only be read.
 */
const [version] = process.argv.slice(2)
if (version === undefined || !/^\d+$/.test(version)) throw new Error('which format version? node make.js 1')
const root = projectPath('data', 'formats', version)
if (existsSync(root)) throw new Error(`${root} is there already, and is kept as it is`)

const SHAPES: Readonly<Record<string, OpenOptions<'utf8'>>> = {
  leveled: { compaction: leveled({ level0Tables: 2, sizeRatio: 2, tableBytes: 1024 }) },
  'leveled-deflate': { compaction: leveled({ level0Tables: 2, sizeRatio: 2 }), compression: 'deflate' },
  'size-tiered': { compaction: sizeTiered({ mergeWidth: 2 }), filterBitsPerKey: 0 },
  'size-tiered-deflate': { compaction: sizeTiered({ mergeWidth: 2, tableBytes: 1024 }), compression: 'deflate' },
}

for (const [i, [shape, shaped]] of Object.entries(SHAPES).entries()) {
  const options = { memtableBytes: 2048, blockBytes: 256, syncIntervalMs: 3_600_000, ...shaped }
  const disk = new MemoryFileSystem()
  const contents = new Map<string, string>()
  await firstLife(disk, { ...options, runtime: fixedRuntime(3 * i) }, contents)
  await keep(`${shape}-clean`, filesOf(disk), contents)
  const another = disk.killed()
  const killed = new Map(contents)
  await keep(
    `${shape}-killed`,
    await killedLife(disk, { ...options, runtime: fixedRuntime(3 * i + 1) }, killed),
    killed,
  )
  const poisoned = new Map(contents)
  const files = await poisonedLife(another, { ...options, runtime: fixedRuntime(3 * i + 2) }, poisoned)
  await keep(`${shape}-poisoned`, files, poisoned)
}

/**
 * Merged tables, a table with several versions of a key, fresh tables, a sealed log; overwritten and deleted
 * keys in each.
 */
async function firstLife(
  disk: MemoryFileSystem,
  options: OpenOptions<'utf8'>,
  contents: Map<string, string>,
): Promise<void> {
  const store = await openOn(disk, options)
  put(store, contents, '', 'the empty key')
  put(store, contents, '\u{10ffff}', '')
  for (let i = 0; i < 24; i++)
    put(store, contents, `key-${String(i).padStart(3, '0')}`, `value ${i} `.repeat(1 + (i % 3)))
  await store.flush()
  const snapshot = store.snapshot()
  for (let i = 0; i < 24; i += 3) put(store, contents, `key-${String(i).padStart(3, '0')}`, `changed ${i}`)
  store.deleteSync('key-001')
  contents.delete('key-001')
  await store.flush()
  await store.compact()
  snapshot.close()
  put(store, contents, 'large', 'large '.repeat(100))
  await store.flush()
  store.batchSync([
    { type: 'put', key: 'key-002', value: 'in the sealed log' },
    { type: 'delete', key: 'key-004' },
  ])
  contents.set('key-002', 'in the sealed log').delete('key-004')
  await store.close()
}

/**
 * Two logs, the second behind a link, with writes that were synced and some that were not: a kill leaves all of
 * them.
 */
async function killedLife(
  disk: MemoryFileSystem,
  options: OpenOptions<'utf8'>,
  contents: Map<string, string>,
): Promise<Files> {
  const store = await openOn(disk, options)
  // Without a turn of the event loop in between, no flush begins.
  put(store, contents, 'killed-1', 'durable')
  put(store, contents, 'killed-2', 'fills the memtable '.repeat(110))
  put(store, contents, 'killed-3', 'in the second log')
  store.putSync('killed-4', 'never synced', { durability: 'process' })
  contents.set('killed-4', 'never synced')
  const files = filesOf(disk)
  await store.close()
  return files
}

/**
 * A sync fails, and the write that waited for it is in the log nevertheless: unknown to its writer, and there
 * after the next opening.
 */
async function poisonedLife(
  disk: MemoryFileSystem,
  options: OpenOptions<'utf8'>,
  contents: Map<string, string>,
): Promise<Files> {
  const faulty = new FaultyFileSystem(disk)
  const store = await openOn(faulty, options)
  put(store, contents, 'poisoned-1', 'durable')
  faulty.plan = ({ operation, path }) => (operation === 'sync' && path.endsWith('.wal') ? { error: 'EIO' } : undefined)
  const outcome = await store.put('poisoned-2', 'unknown').then(
    () => 'resolved',
    (error) => `${error.code} ${error.outcome}`,
  )
  if (outcome !== 'POISONED unknown') throw new Error(`the write is ${outcome}`)
  contents.set('poisoned-2', 'unknown')
  await store.close().catch(() => {})
  return filesOf(disk)
}

function put(store: KeyValueStore<'utf8'>, contents: Map<string, string>, key: string, value: string): void {
  store.putSync(key, value)
  contents.set(key, value)
}

/** Writes the files, and beside them what they must be read as, once an opening has read exactly that. */
async function keep(name: string, files: Files, contents: ReadonlyMap<string, string>): Promise<void> {
  const entries = [...contents].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const store = await openOn(diskOf(files))
  const found = Object.entries(contentsOf(store))
  await store.close()
  if (JSON.stringify(found) !== JSON.stringify(entries)) throw new Error(`${name} reads as something else`)
  mkdirSync(join(root, name), { recursive: true })
  for (const [file, bytes] of files) writeFileSync(join(root, name, file), bytes)
  const lines = entries.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')
  writeFileSync(join(root, `${name}.json`), `[\n${lines}\n]\n`)
  const size = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0)
  process.stdout.write(`${name}: ${files.size} files, ${size} bytes, ${entries.length} entries\n`)
}
