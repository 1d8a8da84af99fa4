import type { AbstractLevel } from 'abstract-level'
import { ClassicLevel } from 'classic-level'

export type DatabaseKind = 'varve' | 'varve in memory' | 'classic'

/** Any database of abstract-level 3, as a foreign package sees it. */
export type ForeignLevel = AbstractLevel<string | Buffer | Uint8Array, string, string>

export type ForeignLevelClass = new (location: string, options?: object) => ForeignLevel

export const databaseClasses: Readonly<Record<DatabaseKind, ForeignLevelClass>> = {
  varve: ClassicLevel,
  'varve in memory': ClassicLevel,
  classic: ClassicLevel,
}
