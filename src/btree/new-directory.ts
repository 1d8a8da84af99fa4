import { corruption, VarveError } from '../errors.ts'
import type { FileSystem } from '../fs/file-system.ts'
import { isOurs, logNumbers, PAGES } from './file-names.ts'
import { pageId, pageLsn, pageSizes } from './page/format.ts'
import { checkPage } from './page/page-check.ts'

/** So much of a file of pages is looked at: a creation that was cut short leaves three at most. */
const BYTES_LOOKED_AT = 1 << 20

/**
 * Refuses to make a store among files that are not ours, and over what is left of an old one: a creation that was cut
 * short leaves no log, and no page that was ever changed.
 */
export function checkNew(fileSystem: FileSystem, directory: string, names: readonly string[]): void {
  if (!names.every(isOurs)) {
    const advice = "choose an empty directory, or use open() if they are an LSM store's"
    throw new VarveError('INVALID_ARGUMENT', `${directory} holds files that are not a B-tree's: ${advice}`, {
      file: directory,
    })
  }
  if (logNumbers(names).length === 0 && !(names.includes(PAGES) && wasUsed(fileSystem, directory))) return
  throw corruption('files of a B-tree lie here, but not the checkpoint that says what they mean', directory)
}

/** Whether any page has been changed since the store was made. */
function wasUsed(fileSystem: FileSystem, directory: string): boolean {
  const file = fileSystem.open(`${directory}/${PAGES}`, 'read')
  try {
    const bytes = new Uint8Array(Math.min(file.sizeSync(), BYTES_LOOKED_AT))
    const length = file.readSync(bytes, 0)
    return pageSizes.some((pageBytes) => {
      for (let at = 0; at + pageBytes <= length; at += pageBytes) {
        if (isChangedPage(bytes.subarray(at, at + pageBytes))) return true
      }
      return false
    })
  } finally {
    file.close()
  }
}

function isChangedPage(page: Uint8Array): boolean {
  if (pageLsn(page) === 0) return false
  try {
    checkPage(page, pageId(page))
    return true
  } catch {
    return false
  }
}
