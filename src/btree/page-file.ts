import { checksum, seedAt } from '../bytes/checksum.ts'
import { corruption, syncFailed } from '../errors.ts'
import { DoubleHandle } from '../fs/double-handle.ts'
import type { FileHandle, FileSystem } from '../fs/file-system.ts'
import type { Waitable } from '../fs/job.ts'
import { PAGES } from './file-names.ts'
import { pageLsn } from './page/format.ts'
import { checkPage, isSealed, sealPage } from './page/page-check.ts'
import type { PagePlaces } from './page-places.ts'

/** The file of pages. Its checksums are bound to the store and to the page's id. */
export class PageFile {
  readonly path: string
  readonly pageBytes: number
  readonly places: PagePlaces
  readonly #file: FileHandle
  readonly #handle: DoubleHandle
  readonly #seed: number
  /** In pages: what lies behind has never been written. */
  #end: number
  /**
   * The LSN of each page written since the last sync. A failed sync may make the system forget what was written, and
   * give back what was there before.
   */
  readonly #unsynced = new Map<number, number>()
  readonly sync: Waitable

  constructor(
    fileSystem: FileSystem,
    directory: string,
    mode: 'read' | 'write' | 'create',
    pageBytes: number,
    databaseId: Uint8Array,
    places: PagePlaces,
  ) {
    this.path = `${directory}/${PAGES}`
    this.pageBytes = pageBytes
    this.places = places
    this.#seed = checksum(databaseId, 0, databaseId.length, 0)
    this.#file = fileSystem.open(this.path, mode, 'page')
    this.#handle = new DoubleHandle(fileSystem, this.#file, 'page')
    this.#end = Math.floor(this.#file.sizeSync() / pageBytes)
    this.sync = {
      wait: async () => {
        const written = [...this.#unsynced]
        await this.#handle.wait().catch((cause) => this.#syncFailed(cause))
        for (const [id, lsn] of written) if (this.#unsynced.get(id) === lsn) this.#unsynced.delete(id)
      },
      waitSync: () => {
        try {
          this.#handle.waitSync()
        } catch (cause) {
          this.#syncFailed(cause)
        }
        this.#unsynced.clear()
      },
    }
  }

  seedOf(id: number): number {
    return seedAt(this.#seed, id)
  }

  /** Reads a page that must be there and sound, or throws CORRUPTION. */
  read(id: number): Uint8Array {
    const page = this.#load(id)
    if (page === undefined) throw corruption(`page ${id} was never written`, this.path)
    if (!isSealed(page, this.seedOf(id))) {
      throw corruption(`page ${id} does not match its checksum`, this.path, this.#offsetOf(id))
    }
    checkPage(page, id, this.path)
    const written = this.#unsynced.get(id)
    if (written !== undefined && written !== pageLsn(page)) {
      throw corruption(`page ${id} is not what was written`, this.path, this.#offsetOf(id))
    }
    return page
  }

  /** Reads a page; undefined where it was never written, or is not whole. */
  readIfWhole(id: number): Uint8Array | undefined {
    const page = this.#load(id)
    return page !== undefined && isSealed(page, this.seedOf(id)) ? page : undefined
  }

  seal(page: Uint8Array, id: number): void {
    sealPage(page, this.seedOf(id))
  }

  /** Whether a page at this place makes the file longer. */
  extendsFile(place: number): boolean {
    return place >= this.#end
  }

  /** Writes sealed pages, one behind another in `pages`, to successive places. */
  write(pages: Uint8Array, ids: readonly number[], place: number): void {
    this.#file.writeSync(pages, place * this.pageBytes)
    this.#end = Math.max(this.#end, place + ids.length)
    for (let i = 0; i < ids.length; i++) this.#unsynced.set(ids[i]!, pageLsn(pages.subarray(i * this.pageBytes)))
  }

  close(): void {
    this.#handle.close()
  }

  #syncFailed(cause: unknown): never {
    throw syncFailed(this.path, cause)
  }

  #load(id: number): Uint8Array | undefined {
    const place = this.places.placeOf(id)
    if (place === undefined) return undefined
    const page = new Uint8Array(this.pageBytes)
    return this.#file.readSync(page, place * this.pageBytes) === page.length ? page : undefined
  }

  #offsetOf(id: number): number {
    return (this.places.placeOf(id) ?? 0) * this.pageBytes
  }
}
