import type { FileSystem } from '../fs/file-system.ts'
import type { EntryCursor } from '../iterator/entry-cursor.ts'
import { SequentialSource } from './block-source.ts'
import { TableCursor } from './table-cursor.ts'
import { TableFile } from './table-file.ts'

/**
 * A cursor for reading a table once from end to end: it knows no cache, and does without the filter. The file closes with
 * it. `expect` and errors as for `TableReader.open`, damaged filters aside.
 */
export function scanTable(
  fileSystem: FileSystem,
  path: string,
  expect: { readonly id: string; readonly bytes: number },
): EntryCursor {
  const file = fileSystem.open(path, 'read')
  try {
    const table = new TableFile(file, expect)
    return new TableCursor(table.index, new SequentialSource(table), () => file.close())
  } catch (error) {
    file.close()
    throw error
  }
}
