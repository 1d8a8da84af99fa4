import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { AbstractLevel } from 'abstract-level'
import { ClassicLevel } from 'classic-level'

export const databaseKinds = ['varve', 'varve in memory', 'classic'] as const
export type DatabaseKind = (typeof databaseKinds)[number]

/** Any database of abstract-level 3, as a foreign package sees it. */
export type ForeignLevel = AbstractLevel<string | Buffer | Uint8Array, string, string>

/** Makes databases of a kind, each in a new directory under `root` that nobody else has. */
export function databaseFactory(_kind: DatabaseKind, root: string): (options?: object) => ForeignLevel {
  return (options) => new ClassicLevel(mkdtempSync(join(root, 'db-')), options)
}
