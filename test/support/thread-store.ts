import { leveled } from '../../src/compaction/leveled.ts'
import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { temporaryDirectory } from './file-system-place.ts'

/** A store on the real disk whose every flush and merge goes to a thread, and what frees it. */
export interface ThreadedPlace {
  readonly directory: string
  open(options?: OpenOptions<'bytes'>): Promise<KeyValueStore>
  remove(): void
}

export function threadedPlace(): ThreadedPlace {
  const { directory, remove } = temporaryDirectory()
  const compaction = leveled({ level0Tables: 2, sizeRatio: 2, tableBytes: 16 << 10 })
  return {
    directory: `${directory}/store`,
    open: (options) =>
      open<'bytes'>(`${directory}/store`, { background: 'threads', memtableBytes: 8 << 10, compaction, ...options }),
    remove,
  }
}

/** Writes `count` entries of 16 + 100 bytes, the same keys every time. */
export async function fill(store: KeyValueStore, count: number, round = 0): Promise<void> {
  for (let i = 0; i < count; i++) {
    const value = `${round}-${i}`.padEnd(100, '.')
    await store.put(`key-${String((i * 7919) % count).padStart(12, '0')}`, value, { durability: 'process' })
  }
}
