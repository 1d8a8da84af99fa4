import type { Encoding, KeyValueStore, Scan, VarveError } from '../index.ts'
import { type EncodedScanOptions, toScanOptions } from './encoded-options.ts'

/**
 * The scan under an iterator, whose limit the base classes keep. It does not throw: of an iterator that was made while
 * the database opened, that would end the opening, and whoever waits for it would wait for ever. The iterator fails
 * when it is read.
 */
export function levelScan(store: KeyValueStore<Encoding>, options: object): Scan<Encoding> {
  try {
    return store.scan({ ...toScanOptions(options as EncodedScanOptions), limit: undefined })
  } catch (error) {
    const scan = store.scan({ limit: 0 })
    scan.interrupt(error as VarveError)
    return scan
  }
}
