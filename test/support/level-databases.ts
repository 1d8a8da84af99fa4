import type { AbstractLevel } from 'abstract-level'
import { ClassicLevel } from 'classic-level'
import { MemoryFileSystem } from '../../src/index.ts'
import { VarveLevel } from '../../src/level/varve-level.ts'

export type DatabaseKind = 'varve' | 'varve in memory' | 'classic'

/** Any database of abstract-level 3, as a foreign package sees it. */
export type ForeignLevel = AbstractLevel<string | Buffer | Uint8Array, string, string>

export type ForeignLevelClass = new (location: string, options?: object) => ForeignLevel

const memories = new Map<string, MemoryFileSystem>()

/** Keeps what is in memory as long as the process: a location that is opened again finds what it held. */
class MemoryVarveLevel extends VarveLevel {
  constructor(location: string, options?: object) {
    const fileSystem = memories.get(location) ?? new MemoryFileSystem()
    memories.set(location, fileSystem)
    super(location, { ...options, fileSystem })
  }
}

export const databaseClasses: Readonly<Record<DatabaseKind, ForeignLevelClass>> = {
  varve: VarveLevel,
  'varve in memory': MemoryVarveLevel,
  classic: ClassicLevel,
}
