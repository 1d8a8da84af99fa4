import { absolutePath } from '../fs/absolute-path.ts'
import { isForeign } from '../inspect/store-outline.ts'
import type { Call } from './command.ts'
import { DataFault } from './data-fault.ts'
import { UsageError } from './usage-error.ts'

const BATCH = 1000

export type SourceEntry = readonly [key: Uint8Array, value: Uint8Array]

/** The entries of a LevelDB database, read by classic-level. LevelDB locks and recovers it as at any opening. */
export async function* levelEntries(call: Call, given: string): AsyncGenerator<SourceEntry> {
  const path = absolutePath(given)
  // LevelDB makes a directory where there is none, whatever it is told, and leaves files in any store.
  if (!isForeign(call.fileSystem, path)) throw new DataFault(`there is no LevelDB database in ${path}`)
  const { ClassicLevel } = await classicLevel(call)
  const views = { keyEncoding: 'view', valueEncoding: 'view', createIfMissing: false } as const
  const database = new ClassicLevel<Uint8Array, Uint8Array>(path, views)
  try {
    await database.open()
  } catch (error) {
    throw new DataFault(`LevelDB cannot open ${path}: ${codeOf((error as Error).cause ?? error)}`)
  }
  try {
    const iterator = database.iterator()
    for (let batch = await iterator.nextv(BATCH); batch.length > 0; batch = await iterator.nextv(BATCH)) yield* batch
  } catch (error) {
    throw new DataFault(`LevelDB cannot read all of ${path}: ${codeOf(error)}`)
  } finally {
    await database.close()
  }
}

async function classicLevel(call: Call): ReturnType<Call['loadClassicLevel']> {
  try {
    return await call.loadClassicLevel()
  } catch {
    throw new UsageError('--from-leveldb needs the package classic-level: npm install classic-level, beside varve')
  }
}

/** LevelDB's messages may hold keys. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : 'it does not say why'
}
