import { MemoryDirectory, type MemoryNode } from '../fs/memory-directory.ts'
import { MemoryFile } from '../fs/memory-file.ts'
import type { Choices } from './choices.ts'
import type { DiskProfile } from './disk-profile.ts'
import { type Cutoff, survivingContents } from './surviving-contents.ts'
import { survivingNames } from './surviving-names.ts'

/** A tree that holds what a power cut leaves of another one, all of it durable. The other one stays as it is. */
export function powerCut(root: MemoryDirectory, profile: DiskProfile, choices: Choices): MemoryDirectory {
  const images = new Map<MemoryNode, MemoryNode>()
  const cutoff = chosenCutoff(root, profile, choices)
  const imageOf = (node: MemoryNode, path: string): MemoryNode => {
    const known = images.get(node)
    if (known !== undefined) return known
    let image: MemoryNode
    if (node instanceof MemoryFile) image = new MemoryFile(survivingContents(node, path, profile, choices, cutoff))
    else {
      const names = new Map<string, MemoryNode>()
      const survivors = survivingNames(node, path, profile, choices, cutoff.order)
      for (const [name, child] of survivors) names.set(name, imageOf(child, `${path}/${name}`))
      image = new MemoryDirectory(names)
    }
    images.set(node, image)
    return image
  }
  return imageOf(root, '') as MemoryDirectory
}

/** Un-synced changes in a tree, those that a failed sync gave up included. */
export function countUnsynced(root: MemoryDirectory): number {
  let count = 0
  forEachNode(root, (node) => {
    count += node.unsynced.length
    count += node instanceof MemoryFile ? (node.abandoned?.size ?? 0) : node.abandonedChanges
  })
  return count
}

/** 0: everything before the cut is there; each further choice moves the cut one change back. */
function chosenCutoff(root: MemoryDirectory, profile: DiskProfile, choices: Choices): Cutoff {
  const none: Cutoff = { order: Infinity, tornBytes: 0 }
  const { contents, names } = profile
  if (contents !== 'global' && names !== 'global' && names !== 'journal') return none
  const lengths = new Map<number, number>()
  forEachNode(root, (node) => {
    if (node instanceof MemoryFile) {
      if (contents === 'global') for (const { order, length } of node.unsynced) lengths.set(order, length)
    } else for (const { order } of node.unsynced) lengths.set(order, 1)
  })
  const orders = [...lengths.keys()].sort((a, b) => b - a)
  const lost = orders.length === 0 ? 0 : choices.pick(orders.length + 1, 'lost changes of the disk')
  if (lost === 0) return none
  const order = orders[lost - 1]!
  const bytes = lengths.get(order)!
  return { order, tornBytes: profile.tornWrites && bytes > 1 ? choices.pick(bytes, 'torn bytes of the disk') : 0 }
}

/** Calls `visit` once for each file and directory that has a name, had a durable one, or may get one. */
function forEachNode(root: MemoryDirectory, visit: (node: MemoryNode) => void): void {
  const seen = new Set<MemoryNode>()
  const enter = (node: MemoryNode): void => {
    if (seen.has(node)) return
    seen.add(node)
    visit(node)
    if (node instanceof MemoryFile) return
    for (const child of node.names.values()) enter(child)
    for (const child of node.durableNames.values()) enter(child)
    for (const { node: child } of node.unsynced) enter(child)
  }
  enter(root)
}
