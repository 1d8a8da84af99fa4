import { logParts } from './log-parts.ts'
import { checksumParts, filterParts, memtableParts } from './memory-parts.ts'
import type { Group } from './part.ts'
import { readParts } from './read-parts.ts'
import { mergeParts, tableParts } from './table-parts.ts'
import { writeParts } from './write-parts.ts'

export const groups: Readonly<Record<string, () => Group | Promise<Group>>> = {
  memtable: memtableParts,
  filter: filterParts,
  checksum: checksumParts,
  table: tableParts,
  merge: mergeParts,
  log: logParts,
  read: readParts,
  write: writeParts,
}
