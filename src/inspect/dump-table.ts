import type { FileHandle, FileSystem } from '../fs/file-system.ts'
import { Kind } from '../key/kind.ts'
import { TRAILER_SIZE } from '../table/format.ts'
import type { Properties } from '../table/properties.ts'
import { BlockEntries } from './block-entries.ts'
import { DamagedTable, footerId } from './damaged-table.ts'
import type { DumpedDamage } from './dump-frames.ts'
import { damageOf } from './findings.ts'
import { placesOf } from './table-salvage.ts'

export type DumpedTableItem =
  | DumpedDamage
  | {
      readonly type: 'table'
      readonly bytes: number
      /** 32 hex digits; undefined where the footer is damaged. */
      readonly id: string | undefined
      /** Undefined where they are damaged. */
      readonly properties: Properties | undefined
      readonly blocks: number | undefined
    }
  /** A data block; its entries follow. */
  | { readonly type: 'block'; readonly offset: number; readonly length: number; readonly entries: number }
  | {
      readonly type: 'put' | 'delete'
      readonly sequence: number
      readonly key: Uint8Array
      readonly value: Uint8Array | undefined
    }

/** All that a table says, block by block. What is damaged is told in its place; without a footer no block is proven. */
export function* dumpTable(fileSystem: FileSystem, path: string): Generator<DumpedTableItem> {
  const handle = fileSystem.open(path, 'read')
  try {
    yield* tableItems(handle)
  } finally {
    handle.close()
  }
}

function* tableItems(handle: FileHandle): Generator<DumpedTableItem> {
  const damage: DumpedDamage[] = []
  const table = new DamagedTable(handle, undefined, (offset, length, why) => {
    damage.push({ type: 'damage', offset, length, why, isProven: true })
  })
  const { bytes, properties, index, seed } = table
  yield { type: 'table', bytes, id: footerId(handle), properties, blocks: index?.count }
  yield* damage
  const entries = new BlockEntries()
  if (seed === undefined) return
  for (const { offset, size } of placesOf(table)) {
    const length = size + TRAILER_SIZE
    const items: DumpedTableItem[] = []
    try {
      const block = table.readBlock({ offset, size })
      entries.read(block, (sequence, kind, key, keyBytes, value, valueStart, valueEnd) => {
        const isPut = kind === Kind.Put
        items.push({
          type: isPut ? 'put' : 'delete',
          sequence,
          key: key.slice(0, keyBytes),
          value: isPut ? value.slice(valueStart, valueEnd) : undefined,
        })
      })
    } catch (error) {
      yield { type: 'damage', offset, length, why: damageOf(error), isProven: true }
      continue
    }
    yield { type: 'block', offset, length, entries: items.length }
    yield* items
  }
}
