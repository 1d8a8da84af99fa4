import type { CountingFileSystem } from '../fs/counting-file-system.ts'
import type { SliceMeter } from '../fs/job-run.ts'

/** The most bytes that one slice of background work read and wrote: this bounds how long it holds the event loop. */
export class LargestSlice implements SliceMeter {
  bytes = 0
  readonly #fileSystem: CountingFileSystem
  #before = 0

  constructor(fileSystem: CountingFileSystem) {
    this.#fileSystem = fileSystem
  }

  begin(): void {
    this.#before = this.#handled()
  }

  end(): void {
    this.bytes = Math.max(this.bytes, this.#handled() - this.#before)
  }

  #handled(): number {
    const { readBytes, writtenBytes } = this.#fileSystem.counts
    return readBytes + writtenBytes.flush + writtenBytes.compaction + writtenBytes.manifest
  }
}
