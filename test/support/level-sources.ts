import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { MemoryLevel } from 'memory-level'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { VarveLevel } from '../../src/level/varve-level.ts'
import type { LevelCase } from './level-operations.ts'
import type { Level, LevelSnapshot } from './level-shape.ts'
import { isClosed, type LevelSource } from './level-subject.ts'
import { STRATEGIES, TINY } from './lsm-harness.ts'

/** The reference in memory. */
export function memorySource(): LevelSource {
  return {
    name: 'MemoryLevel',
    make: (encodings) => new MemoryLevel(encodings) as unknown as Level,
    isInstance: true,
    isFragile: false,
    givesBuffersForViews: true,
    cleanup: async () => {},
  }
}

/** LevelDB, in a temporary directory of its own. */
export function classicSource(): LevelSource {
  const location = mkdtempSync(join(tmpdir(), 'varve-level-classic-'))
  return {
    name: 'ClassicLevel',
    make: (encodings) => clearingTheEmptyKey(new ClassicLevel(location, { ...encodings, writeBufferSize: 64 << 10 })),
    isInstance: false,
    isFragile: true,
    givesBuffersForViews: true,
    cleanup: async () => rmSync(location, { recursive: true, force: true }),
  }
}

/**
 * ClassicLevel's clear stops where the keys that it has gathered take no bytes, so it spares the empty key where that is
 * the only one to clear. Here it does not.
 */
function clearingTheEmptyKey(classic: ClassicLevel): Level {
  const level = classic as unknown as Level
  const clear = level.clear.bind(level)
  level.clear = async (options) => {
    if (level.status !== 'open' || isOfClosedSnapshot(options)) return clear(options)
    const keys = await encodedKeys(level, options)
    await clear(options)
    if (keys.length === 1 && keys[0]!.length === 0) await level.del('', { keyEncoding: 'utf8' })
  }
  return level
}

interface ClearOptions {
  readonly keyEncoding?: unknown
  readonly snapshot?: LevelSnapshot
}

function isOfClosedSnapshot({ snapshot }: ClearOptions): boolean {
  return snapshot !== undefined && isClosed(snapshot)
}

/** Keys as they are stored: not all of them need have a meaning in the encoding of the range. */
async function encodedKeys(level: Level, options: ClearOptions): Promise<{ readonly length: number }[]> {
  const { format, encode } = level.keyEncoding(options.keyEncoding)
  const keyEncoding = { format, encode, decode: (key: unknown) => key }
  return (await level.keys({ ...options, keyEncoding }).all()) as { readonly length: number }[]
}

/** Varve with memtables and blocks so small that a few writes are flushed and merged. */
export function varveSource({ setting }: LevelCase): LevelSource {
  const location = setting.isOnDisk ? mkdtempSync(join(tmpdir(), 'varve-level-')) : '/level'
  const options = {
    ...TINY,
    memtableBytes: setting.memtableBytes,
    compaction: STRATEGIES[setting.strategy]!(),
    ...(!setting.isOnDisk && { fileSystem: new MemoryFileSystem() }),
  }
  return {
    name: `VarveLevel, ${setting.strategy}`,
    make: (encodings) => new VarveLevel(location, { ...options, ...encodings }) as unknown as Level,
    isInstance: false,
    isFragile: false,
    givesBuffersForViews: false,
    cleanup: async () => {
      if (setting.isOnDisk) rmSync(location, { recursive: true, force: true })
    },
  }
}

export function allSources(levelCase: LevelCase): LevelSource[] {
  return [classicSource(), memorySource(), varveSource(levelCase)]
}
