import type { FileSystem } from '../../src/fs/file-system.ts'
import { LOST } from '../../src/manifest/file-names.ts'
import type { Choices } from '../../src/testing/choices.ts'

/** Damages one file of a directory, as no power cut would; false where there is nothing to damage. */
export function damage(disk: FileSystem, directory: string, choices: Choices): boolean {
  if (disk.status(directory) === undefined) return false
  const names = disk.list(directory).filter((name) => name !== 'LOCK' && name !== LOST)
  if (names.length === 0) return false
  const path = `${directory}/${chosen(choices, names.sort())}`
  const bytes = contentsOf(disk, path)
  const at = choices.pick(bytes.length + 1, 'damage')
  const way = choices.pick(6, 'damage')
  if (way === 0) {
    disk.unlink(path)
    return true
  }
  const changed = changedBytes(way, bytes, at, contentsOf(disk, `${directory}/${chosen(choices, names)}`))
  const file = disk.open(path, 'write', 'other')
  file.truncateSync(0)
  file.appendSync(changed)
  file.syncSync()
  file.close()
  return true
}

function changedBytes(way: number, bytes: Uint8Array, at: number, other: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  switch (way) {
    case 1:
      return copy.subarray(0, at)
    case 2:
      return copy.fill(0, at, at + 64)
    case 3:
      return Uint8Array.from([...copy, ...copy.subarray(at)])
    case 4:
      return other
    default:
      if (at < copy.length) copy[at] = copy[at]! ^ 0x41
      return copy
  }
}

function chosen(choices: Choices, names: readonly string[]): string {
  return names[choices.pick(names.length, 'damage')]!
}

function contentsOf(disk: FileSystem, path: string): Uint8Array {
  const file = disk.open(path, 'read')
  const bytes = new Uint8Array(file.sizeSync())
  file.readSync(bytes, 0)
  file.close()
  return bytes
}
