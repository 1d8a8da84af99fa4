import type { CountingFileSystem } from '../fs/counting-file-system.ts'
import type { SliceMeter } from '../fs/job-run.ts'

/** The most bytes that one slice of a checkpoint wrote: this bounds how long it holds the event loop. */
export class PageSlices implements SliceMeter {
  bytes = 0
  readonly #fileSystem: CountingFileSystem
  #before = 0

  constructor(fileSystem: CountingFileSystem) {
    this.#fileSystem = fileSystem
  }

  begin(): void {
    this.#before = this.#written()
  }

  end(): void {
    this.bytes = Math.max(this.bytes, this.#written() - this.#before)
  }

  #written(): number {
    const { writtenBytes } = this.#fileSystem.counts
    return writtenBytes.page + writtenBytes['double-write'] + writtenBytes.manifest
  }
}
