import type { HashTarget } from '../bytes/hash.ts'
import { hashInto } from '../bytes/hash.ts'
import type { MemoryDirectory } from '../fs/memory-directory.ts'
import { MemoryFile } from '../fs/memory-file.ts'
import { RollingHash, textHash } from './rolling-hash.ts'

/** By contents: what a file holds is the same object for all file systems that share it. */
const known: WeakMap<Uint8Array, HashTarget> = new WeakMap()

/** A 64-bit hash of what is durable below a directory: names and contents. */
export function imageHash(directory: MemoryDirectory): RollingHash {
  // Names have no order, so their hashes are added up.
  let sum1 = 0
  let sum2 = 0
  for (const [name, node] of directory.durableNames) {
    const entry = new RollingHash()
    entry.addHash(textHash(name))
    entry.addHash(node instanceof MemoryFile ? contentsHash(node) : imageHash(node))
    sum1 = (sum1 + entry.hash1) | 0
    sum2 = (sum2 + entry.hash2) | 0
  }
  const hash = new RollingHash()
  hash.addHash({ hash1: sum1, hash2: sum2 })
  hash.addNumber(directory.durableNames.size)
  return hash
}

function contentsHash(file: MemoryFile): HashTarget {
  const contents = file.isDurable ? file.frozenContents() : file.durableContents()
  let hash = known.get(contents)
  if (hash === undefined) {
    hash = { hash1: 0, hash2: 0 }
    hashInto(hash, contents, 0, contents.length)
    known.set(contents, hash)
  }
  return hash
}
