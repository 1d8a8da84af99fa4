import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileSystem } from '../../src/fs/file-system.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'

/** A file system with an empty directory to use, and what frees it. */
export interface FileSystemPlace {
  readonly fs: FileSystem
  readonly directory: string
  remove(): void
}

export function temporaryDirectory(): { readonly directory: string; remove(): void } {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'varve-fs-')))
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) }
}

export function memoryPlace(wrap: (fs: FileSystem) => FileSystem = (fs) => fs): FileSystemPlace {
  const fs = new MemoryFileSystem()
  fs.makeDirectory('/place')
  return { fs: wrap(fs), directory: '/place', remove: () => {} }
}
