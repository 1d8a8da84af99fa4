import { checksum } from '../bytes/checksum.ts'
import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { syncFailed } from '../errors.ts'
import { DoubleHandle } from '../fs/double-handle.ts'
import type { FileHandle, FileSystem } from '../fs/file-system.ts'
import type { Waitable } from '../fs/job.ts'
import { DOUBLE_WRITE } from './file-names.ts'
import { pageId } from './page/format.ts'
import { isSealed } from './page/page-check.ts'
import type { PageFile } from './page-file.ts'

/*
 * The file 'double-write': a header of one page, then copies of the pages that are just being written in place.
 *
 *     magic "varvdblw", count (u32), page ids (u32 each), CRC-32 of the header up to here begun from the store's seed
 *
 * Once both are durable the pages go to their places. The next batch overwrites it only when those are durable.
 */
const MAGIC = new TextEncoder().encode('varvdblw')
const HEADER_FIXED_BYTES = MAGIC.length + 4

export class DoubleWriteFile {
  readonly #file: FileHandle
  readonly #handle: DoubleHandle
  readonly #pages: PageFile

  constructor(fileSystem: FileSystem, directory: string, pages: PageFile) {
    const path = `${directory}/${DOUBLE_WRITE}`
    const mode = fileSystem.status(path) === undefined ? 'create' : 'write'
    this.#file = fileSystem.open(path, mode, 'double-write')
    this.#handle = new DoubleHandle(fileSystem, this.#file, 'double-write')
    this.#pages = pages
  }

  /** Throws POISONED. */
  get sync(): Waitable {
    const failed = (cause: unknown): never => {
      throw syncFailed(this.#file.path, cause)
    }
    return {
      wait: () => this.#handle.wait().catch(failed),
      waitSync: () => {
        try {
          this.#handle.waitSync()
        } catch (cause) {
          failed(cause)
        }
      },
    }
  }

  /** Writes sealed pages, which lie one behind another. */
  write(pages: Uint8Array, ids: readonly number[]): void {
    const { pageBytes } = this.#pages
    const header = new ByteWriter(pageBytes)
    header.bytes(MAGIC)
    header.u32(ids.length)
    for (const id of ids) header.u32(id)
    header.u32(checksum(header.buffer, 0, header.length, this.#pages.seedOf(0)))
    const bytes = new Uint8Array(pageBytes + pages.length)
    bytes.set(header.view())
    bytes.set(pages, pageBytes)
    this.#file.writeSync(bytes, 0)
  }

  close(): void {
    this.#handle.close()
  }
}

/**
 * The whole copies that the file holds of pages which are not whole at their places: only those of the last batch can
 * be. A batch whose header or copies are torn was never durable, and then nothing of it went to its place.
 */
export function savedPages(fileSystem: FileSystem, directory: string, pages: PageFile): Uint8Array[] {
  const path = `${directory}/${DOUBLE_WRITE}`
  if (fileSystem.status(path) === undefined) return []
  const file = fileSystem.open(path, 'read')
  try {
    const header = new Uint8Array(pages.pageBytes)
    if (file.readSync(header, 0) !== header.length) return []
    const saved: Uint8Array[] = []
    const ids = idsIn(header, pages, path)
    for (let i = 0; i < ids.length; i++) {
      const page = new Uint8Array(pages.pageBytes)
      const isRead = file.readSync(page, (i + 1) * pages.pageBytes) === page.length
      if (!isRead || pageId(page) !== ids[i] || !isSealed(page, pages.seedOf(ids[i]!))) continue
      if (pages.readIfWhole(ids[i]!) === undefined) saved.push(page)
    }
    return saved
  } finally {
    file.close()
  }
}

function idsIn(header: Uint8Array, pages: PageFile, path: string): number[] {
  const reader = new ByteReader(header, 0, header.length, path)
  for (const byte of MAGIC) if (reader.u8() !== byte) return []
  const count = reader.u32()
  if (count * 4 + HEADER_FIXED_BYTES + 4 > header.length) return []
  const ids = Array.from({ length: count }, () => reader.u32())
  const end = reader.offset
  return reader.u32() === checksum(header, 0, end, pages.seedOf(0)) ? ids : []
}
