import type { AbstractLevel } from 'abstract-level'
import { ClassicLevel } from 'classic-level'
import { MemoryFileSystem } from '../../src/index.ts'
import { type OpenOptions, VarveLevel } from '../../src/level/varve-level.ts'

export type DatabaseKind = 'varve' | 'varve in memory' | 'classic'

/** Any database of abstract-level 3, as a foreign package sees it. */
export type ForeignLevel = AbstractLevel<string | Buffer | Uint8Array, string, string>

export type ForeignLevelClass = new (location: string, options?: object) => ForeignLevel

const memories = new Map<string, MemoryFileSystem>()

/** Keeps what is in memory as long as the process: a location that is opened again finds what it held. */
class MemoryVarveLevel extends VarveLevel {
  /** Here and not in the constructor, so that hooks see the options that the suite gave, and no others. */
  protected override _open(options: OpenOptions): Promise<void> {
    const fileSystem = memories.get(this.location) ?? new MemoryFileSystem()
    memories.set(this.location, fileSystem)
    return super._open({ ...options, fileSystem })
  }
}

/** The types of hooks name the class itself, so that none of these is, to the compiler, any database. */
const foreign = (databaseClass: unknown): ForeignLevelClass => databaseClass as ForeignLevelClass

export const databaseClasses: Readonly<Record<DatabaseKind, ForeignLevelClass>> = {
  varve: foreign(VarveLevel),
  'varve in memory': foreign(MemoryVarveLevel),
  classic: foreign(ClassicLevel),
}
