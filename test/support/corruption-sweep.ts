import { leveled } from '../../src/compaction/leveled.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { parseFileName } from '../../src/manifest/file-names.ts'
import { fixedRuntime } from './fuzz-corpus.ts'
import { Dice } from './fuzz-dice.ts'
import { type Files, filesOf, flipped, openOn } from './recovery-disk.ts'
import { newTally, probe, type Tally } from './recovery-sweep.ts'

const SECTOR_BYTES = 512

export type CorruptionKind = 'bit' | 'cut' | 'sector' | 'deleted' | 'swapped' | 'copied'

export interface Corruption {
  readonly kind: CorruptionKind
  /** Which file, and where. */
  readonly what: string
  readonly files: Files
}

/**
 * Every damage of a store that the sweep makes, by number: each bit flipped, each shorter length, each sector
 * zeroed, each file deleted, each pair of files of one kind swapped, and one copied over the other.
 */
export class Corruptions {
  readonly count: number
  readonly #files: Files
  readonly #parts: readonly { readonly count: number; readonly at: (index: number) => Corruption }[]

  constructor(files: Files) {
    this.#files = files
    this.#parts = [...files].flatMap(([name, bytes]) => [
      {
        count: 8 * bytes.length,
        at: (bit) => this.#changed('bit', name, bit, flipped(bytes, bit >> 3, 1 << (bit & 7))),
      },
      { count: bytes.length, at: (size) => this.#changed('cut', name, size, bytes.slice(0, size)) },
      { count: Math.ceil(bytes.length / SECTOR_BYTES), at: (sector) => this.#zeroed(name, bytes, sector) },
      { count: 1, at: () => this.#deleted(name) },
    ])
    this.#parts = [...this.#parts, ...this.#pairs()]
    this.count = this.#parts.reduce((sum, { count }) => sum + count, 0)
  }

  at(index: number): Corruption {
    let rest = index
    for (const { count, at } of this.#parts) {
      if (rest < count) return at(rest)
      rest -= count
    }
    throw new RangeError(`there are ${this.count} corruptions`)
  }

  #pairs(): { count: number; at: () => Corruption }[] {
    const names = [...this.#files.keys()]
    const pairs = names.flatMap((name) =>
      names.filter((other) => name < other && isOfOneKind(name, other)).map((other) => [name, other] as const),
    )
    return pairs.flatMap(([a, b]) => [
      {
        count: 1,
        at: () =>
          this.#replaced('swapped', [
            [a, b],
            [b, a],
          ]),
      },
      { count: 1, at: () => this.#replaced('copied', [[a, b]]) },
      { count: 1, at: () => this.#replaced('copied', [[b, a]]) },
    ])
  }

  #changed(kind: CorruptionKind, name: string, where: number, bytes: Uint8Array): Corruption {
    return { kind, what: `${name}, ${kind} ${where}`, files: new Map([...this.#files, [name, bytes]]) }
  }

  #zeroed(name: string, bytes: Uint8Array, sector: number): Corruption {
    const copy = bytes.slice().fill(0, SECTOR_BYTES * sector, SECTOR_BYTES * (sector + 1))
    return this.#changed('sector', name, sector, copy)
  }

  #deleted(name: string): Corruption {
    const files = new Map(this.#files)
    files.delete(name)
    return { kind: 'deleted', what: name, files }
  }

  #replaced(kind: CorruptionKind, pairs: readonly (readonly [to: string, from: string])[]): Corruption {
    const contents = pairs.map(([to, from]) => [to, this.#files.get(from)!] as const)
    return { kind, what: pairs.flat().join(', '), files: new Map([...this.#files, ...contents]) }
  }
}

function isOfOneKind(name: string, other: string): boolean {
  return parseFileName(name)?.kind === parseFileName(other)?.kind
}

export interface ReferenceStore {
  readonly files: Files
  readonly contents: Readonly<Record<string, string>>
}

export const REFERENCE_SHAPES: Readonly<Record<string, () => OpenOptions<'utf8'>>> = {
  leveled: () => ({ compaction: leveled({ level0Tables: 2, sizeRatio: 2 }) }),
  'leveled-deflate': () => ({ compaction: leveled({ level0Tables: 2, sizeRatio: 2 }), compression: 'deflate' }),
  'size-tiered': () => ({ compaction: sizeTiered({ mergeWidth: 3 }) }),
  'size-tiered-deflate': () => ({ compaction: sizeTiered({ mergeWidth: 3 }), compression: 'deflate' }),
}

/**
 * A closed store, the same at every call: merged tables, fresh ones, and a sealed log; with overwritten and
 * deleted keys in each.
 */
export async function referenceStore(
  shape: string,
  size: { readonly keys: number; readonly valueBytes: number; readonly blockBytes: number },
): Promise<ReferenceStore> {
  const disk = new MemoryFileSystem()
  const dice = new Dice(size.keys)
  const options = { ...REFERENCE_SHAPES[shape]!(), blockBytes: size.blockBytes, memtableBytes: 1 << 20 }
  const store = await openOn(disk, { ...options, runtime: fixedRuntime(1), syncIntervalMs: 3_600_000 })
  const contents = new Map<string, string>()
  const rounds = 5
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < size.keys / rounds; i++) {
      const key = `key-${String(dice.below(size.keys)).padStart(4, '0')}`
      const value = Array.from({ length: size.valueBytes >> 2 }, () =>
        dice.pick(['abcd', 'wxyz', String(1000 + dice.below(9000))]),
      ).join('')
      contents.set(key, value)
      store.putSync(key, value)
    }
    const gone = dice.pick([...contents.keys()])
    contents.delete(gone)
    store.deleteSync(gone)
    if (round < rounds - 1) await store.flush()
    if (round === 1) await store.compact()
  }
  await store.close()
  return { files: filesOf(disk), contents: Object.fromEntries([...contents].sort(([a], [b]) => (a < b ? -1 : 1))) }
}

/** Makes one corruption and reads everything. A wrong answer, silent absence included, throws. */
export async function tryCorruption(
  store: ReferenceStore,
  { kind, what, files }: Corruption,
  tallies: Map<string, Tally>,
): Promise<void> {
  let tally = tallies.get(kind)
  if (tally === undefined) tallies.set(kind, (tally = newTally()))
  try {
    await probe(files, [store.contents], () => false, tally)
  } catch (cause) {
    throw new Error(`${kind}, ${what}: ${(cause as Error).message}`, { cause })
  }
}
