import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { diskOf, type Files, filesOf, nameLike, openOn } from './recovery-disk.ts'

/** What the store of `smallStores` holds when it is closed. */
export const CONTENTS: Readonly<Record<string, string>> = { a: '1', b: '2', c: '3' }

/** A store of two tables and a sealed log; and the same one, of which the writer was killed when it had put `d`, too. */
export async function smallStores(): Promise<{ readonly clean: Files; readonly killed: Files }> {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk)
  await store.put('a', '1')
  await store.flush()
  await store.put('b', '2')
  await store.flush()
  await store.put('c', '3')
  await store.close()
  const clean = filesOf(disk)
  const again = await openOn(disk)
  await again.put('d', '4')
  const killed = filesOf(disk)
  await again.close()
  return { clean, killed }
}

export function manifestOf(files: Files): string {
  return nameLike(files, /^MANIFEST/)
}

/** A disk with these files, one of them changed. */
export function changed(files: Files, name: string, bytes: Uint8Array): MemoryFileSystem {
  return diskOf(new Map([...files, [name, bytes]]))
}
