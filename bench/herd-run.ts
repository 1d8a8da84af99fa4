import { quantile } from './statistics.ts'
import { open } from './store.ts'

export interface HerdRun {
  readonly perSecond: number
  readonly putsPerSync: number
  /** From the call of a put until it resolved. */
  readonly p50Ms: number
  readonly p99Ms: number
}

const valueBytes = 100

/** Durable puts of fresh keys by so many concurrent writers, each awaiting its own, on an empty store for so long. */
export async function measureHerd(directory: string, writers: number, milliseconds: number): Promise<HerdRun> {
  await using store = await open(directory)
  const value = Buffer.alloc(valueBytes, 0x61)
  const latencies: number[] = []
  const syncsBefore = store.stats().syncs
  const begun = performance.now()
  const end = begun + milliseconds

  async function write(writer: number): Promise<void> {
    const prefix = String(writer).padStart(6, '0')
    let called = performance.now()
    for (let n = 0; called < end; n++) {
      await store.put(`${prefix}${String(n).padStart(10, '0')}`, value, { durability: 'power' })
      const resolved = performance.now()
      latencies.push(resolved - called)
      called = resolved
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))

  const elapsed = performance.now() - begun
  const sorted = Float64Array.from(latencies).sort()
  return {
    perSecond: (1000 * sorted.length) / elapsed,
    putsPerSync: sorted.length / (store.stats().syncs - syncsBefore),
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
  }
}
