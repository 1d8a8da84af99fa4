import type { BTreeStore } from '../../src/btree/btree-store.ts'
import { openBTree } from '../../src/btree/open-btree.ts'
import { type BTreeOptions, PROTECTIONS, type TornPageProtection } from '../../src/btree/options.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { contentOf, type FaultDisk, STORE } from './fault-store.ts'

/** So small that a few hundred writes cross every path: splits, evictions, checkpoints by the log. */
export const TINY: BTreeOptions<'bytes'> = { pageBytes: 4096, cacheBytes: 64 << 10, checkpointLogBytes: 16 << 10 }

export const protections: readonly TornPageProtection[] = PROTECTIONS

/** A store on a disk that does its calls in the order in which they are made. */
export async function simulatedBTree(
  options: BTreeOptions<'bytes'> = {},
  disk: SimulatedFileSystem = new SimulatedFileSystem({ profile: 'posix-minimal' }),
): Promise<{ store: BTreeStore<'bytes'>; disk: SimulatedFileSystem }> {
  return { store: await openBTree<'bytes'>('/store', { ...TINY, ...options, fileSystem: disk }), disk }
}

export function keyOf(number: number): string {
  return `key ${String(number).padStart(8, '0')}`
}

/** A store on a disk whose calls fail as a test says. Nothing is synced by the clock. */
export function openOn(disk: FaultDisk, options: BTreeOptions<'bytes'> = {}): Promise<BTreeStore<'bytes'>> {
  return openBTree<'bytes'>(STORE, { ...TINY, syncIntervalMs: 3_600_000, ...options, fileSystem: disk.faulty })
}

/** Opens the B-tree on a disk, reads all of it, checks it, and closes it again. */
export async function treeOn(disk: FaultDisk): Promise<string> {
  const store = await openOn(disk)
  const content = contentOf(store)
  await store.verify()
  await store.close()
  return content
}
