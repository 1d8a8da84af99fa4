import { InPlaceBuilder, type TableBuilder } from '../compaction/job/table-builder.ts'
import { ThreadBuilder } from '../compaction/thread/thread-builder.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import type { TableCache } from '../table/table-cache.ts'
import type { StoreContext } from './context.ts'
import { type CheckedOpenOptions, mayUseThreads } from './options.ts'

/** Less is done in place before another thread would have begun it. */
const THREAD_BYTES_MIN = 1 << 20

/** Where the store's flushes and merges are carried out, by its `background` option. */
export function tableBuilder(context: StoreContext, tables: TableCache): TableBuilder {
  const openInput = (table: TableEntry) => tables.get(table).cursor(false)
  const inPlace = new InPlaceBuilder({ ...context, openInput })
  if (!usesThreads(context.options)) return inPlace
  return new ThreadBuilder(context, inPlace, context.options.background === 'threads' ? 0 : THREAD_BYTES_MIN)
}

export function usesThreads(options: CheckedOpenOptions): boolean {
  return options.background !== 'in-place' && mayUseThreads(options)
}
