import { MemoryDirectory, type MemoryNode } from './memory-directory.ts'
import { MemoryFile, SECTOR_BYTES } from './memory-file.ts'

/** Decides one thing that a power cut leaves open: a number from 0 to `options - 1`, where 0 is always the benign outcome. */
export type Choose = (options: number, label: string) => number

/** What survives; the labels of all choices say which file or directory they are about. */
export interface Survival {
  names(directory: MemoryDirectory, path: string): Map<string, MemoryNode>
  contents(file: MemoryFile, path: string): Uint8Array
}

/** Only what was synced, contents and names. */
export const syncedOnly: Survival = {
  names: (directory) => directory.namesAfter(() => false),
  contents: (file) => file.durableContents(),
}

/** Whatever `choose` decides, within what a disk may do. */
export function chosenSurvival(choose: Choose): Survival {
  return {
    names: (directory, path) => chooseNames(directory, path, choose),
    contents: (file, path) => chooseContents(file, path, choose),
  }
}

/** A tree that holds what survived of another one, all of it durable. */
export function crashImage(root: MemoryDirectory, survival: Survival): MemoryDirectory {
  const images = new Map<MemoryNode, MemoryNode>()
  const imageOf = (node: MemoryNode, path: string): MemoryNode => {
    const known = images.get(node)
    if (known !== undefined) return known
    if (node instanceof MemoryFile) {
      const file = new MemoryFile(survival.contents(node, path))
      images.set(node, file)
      return file
    }
    // Names form a tree, so no directory is met again before it is made.
    const names = new Map<string, MemoryNode>()
    for (const [name, child] of survival.names(node, path)) names.set(name, imageOf(child, `${path}/${name}`))
    const directory = new MemoryDirectory(names)
    images.set(node, directory)
    return directory
  }
  return imageOf(root, '') as MemoryDirectory
}

/** A tree as the next process finds it when the last one was killed: all is there, and what was not durable still is not. */
export function cloneTree(root: MemoryDirectory): MemoryDirectory {
  const clones = new Map<MemoryNode, MemoryNode>()
  const cloneOf = (node: MemoryNode): MemoryNode => {
    const known = clones.get(node)
    if (known !== undefined) return known
    const clone = node instanceof MemoryFile ? node.clone() : new MemoryDirectory()
    clones.set(node, clone)
    if (clone instanceof MemoryDirectory) clone.replaceNodes(node as MemoryDirectory, cloneOf)
    return clone
  }
  return cloneOf(root) as MemoryDirectory
}

/** 0: all changes survive; 1 to n: the last one to n are lost; n + 1: each is decided alone, since nothing orders them but a sync. */
function chooseNames(directory: MemoryDirectory, path: string, choose: Choose): Map<string, MemoryNode> {
  const changes = directory.unsynced.length
  if (changes === 0) return directory.namesAfter(() => true)
  const lost = choose(changes === 1 ? 2 : changes + 2, `names of ${path}/`)
  if (lost <= changes) return directory.namesAfter((_change, index) => index < changes - lost)
  return directory.namesAfter((change) => choose(2, `${change.kind} of ${path}/${change.name}`) === 0)
}

/** 0: all changes survive; 1: none; 2: the first bytes; 3: some sectors; 4, for a file that grew: its size, but zeros for the new bytes. */
function chooseContents(file: MemoryFile, path: string, choose: Choose): Uint8Array {
  if (file.unsynced.length === 0) return file.cachedContents()
  const durable = file.durableContents()
  switch (choose(file.size > durable.length ? 5 : 4, `contents of ${path}`)) {
    case 0:
      return file.cachedContents()
    case 1:
      return durable
    case 2:
      return choosePrefix(file, path, choose)
    case 3:
      return chooseSectors(file, durable, path, choose)
    default:
      return resized(durable, file.size)
  }
}

function choosePrefix(file: MemoryFile, path: string, choose: Choose): Uint8Array {
  const bytes = file.unsynced.reduce((sum, change) => sum + change.length, 0)
  // 0 means that nothing is lost, so the choice counts what is missing from the end.
  return file.contentsAfter(bytes - choose(bytes + 1, `missing bytes of ${path}`))
}

/**
 * Every sector that changed is new or old, since a disk writes them in any order; where there was nothing, old means zeros, since a file
 * system may hand out space before it fills it. Never zeros over what was there: a sector is written whole or not at all, and what a sync
 * made durable stays so when more is written behind it.
 */
function chooseSectors(file: MemoryFile, durable: Uint8Array, path: string, choose: Choose): Uint8Array {
  const cached = file.cachedContents()
  const keepsSize = cached.length === durable.length || choose(2, `size of ${path}`) === 0
  const size = keepsSize ? cached.length : durable.length
  const old = resized(durable, size)
  const result = resized(cached, size)
  // The old size brings back what was cut off.
  if (size > cached.length) result.set(old.subarray(cached.length), cached.length)
  for (let start = 0; start < size; start += SECTOR_BYTES) {
    const before = old.subarray(start, start + SECTOR_BYTES)
    if (Buffer.compare(result.subarray(start, start + SECTOR_BYTES), before) === 0) continue
    if (choose(2, `sector ${start / SECTOR_BYTES} of ${path}`) === 1) result.set(before, start)
  }
  return result
}

function resized(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(size)
  result.set(bytes.subarray(0, Math.min(size, bytes.length)))
  return result
}
