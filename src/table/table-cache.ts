import { invariant } from '../errors.ts'
import type { FileHandle } from '../fs/file-system.ts'
import { TableReader } from './table-reader.ts'
import type { TableShared } from './table-shared.ts'

interface OpenTable {
  readonly reader: TableReader
  lastUse: number
}

/**
 * Keeps table readers open, at most `maxOpenFiles` of them unless more are pinned by cursors, and closes those first
 * that were not used for longest.
 */
export class TableCache {
  readonly #openFile: (number: number) => FileHandle
  readonly #maxOpenFiles: number
  readonly #shared: TableShared
  readonly #tables = new Map<number, OpenTable>()
  /** Evicted, but still pinned. */
  #leaving: TableReader[] = []
  #uses = 0
  #closed = false

  /** `openFile` opens the table of a file number for reading. */
  constructor(openFile: (number: number) => FileHandle, maxOpenFiles: number, shared: TableShared) {
    this.#openFile = openFile
    this.#maxOpenFiles = maxOpenFiles
    this.#shared = shared
  }

  /**
   * The reader of a table, which may be closed by the next `get` unless a cursor pins it. Throws what opening the file
   * or the table throws, and then keeps nothing.
   */
  get(table: { readonly number: number; readonly id: string; readonly bytes: number }): TableReader {
    const open = this.#tables.get(table.number)
    if (open !== undefined) {
      open.lastUse = ++this.#uses
      return open.reader
    }
    invariant(!this.#closed, 'a closed table cache opens nothing')
    this.#makeRoom()
    const file = this.#openFile(table.number)
    try {
      const reader = TableReader.open(file, table, this.#shared)
      this.#tables.set(table.number, { reader, lastUse: ++this.#uses })
      return reader
    } catch (error) {
      file.close()
      throw error
    }
  }

  /** Closes a table for good, once no cursor pins it. */
  evict(number: number): void {
    const open = this.#tables.get(number)
    if (open === undefined) return
    this.#tables.delete(number)
    open.reader.close()
    if (!open.reader.closed) this.#leaving.push(open.reader)
  }

  get openFiles(): number {
    return this.#readers().length
  }

  /** Memory of the indexes of all open tables. */
  get indexBytes(): number {
    return this.#readers().reduce((sum, reader) => sum + reader.indexBytes, 0)
  }

  /** Memory of the filters of all open tables. */
  get filterBytes(): number {
    return this.#readers().reduce((sum, reader) => sum + reader.filterBytes, 0)
  }

  /** Closes everything; tables that cursors pin follow with their last cursor. */
  close(): void {
    this.#closed = true
    for (const number of [...this.#tables.keys()]) this.evict(number)
  }

  #readers(): TableReader[] {
    this.#leaving = this.#leaving.filter((reader) => !reader.closed)
    return [...Array.from(this.#tables.values(), (table) => table.reader), ...this.#leaving]
  }

  /** Closes the table that was not used for longest and is not pinned, until one more file may be opened. */
  #makeRoom(): void {
    while (this.openFiles >= this.#maxOpenFiles) {
      let oldest: number | undefined
      let oldestUse = Number.POSITIVE_INFINITY
      for (const [number, { reader, lastUse }] of this.#tables) {
        if (reader.pinned || lastUse >= oldestUse) continue
        oldest = number
        oldestUse = lastUse
      }
      if (oldest === undefined) return
      this.evict(oldest)
    }
  }
}
