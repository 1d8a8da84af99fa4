import type { BatchOperation, Encoding, KeyValueStore, ScanOptions, WriteOptions } from '../index.ts'

/** Keys deleted by one batch. */
const BATCH_KEYS = 1000

/** Deletes the keys that a scan sees: what `clear` means with a limit or a snapshot. */
export async function clearSome(
  store: KeyValueStore<Encoding>,
  options: ScanOptions,
  write: WriteOptions | undefined,
): Promise<void> {
  // As bytes: a key need not be UTF-8, whatever the bounds are encoded in.
  using scan = store.scan({ ...options, keyEncoding: 'bytes' })
  const keys = scan.keys()
  for (;;) {
    const batch = await keys.nextBatch(BATCH_KEYS)
    if (batch.length === 0) return
    await store.batch(
      batch.map((key): BatchOperation => ({ type: 'delete', key })),
      write,
    )
  }
}
