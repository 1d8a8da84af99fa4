import { LatencyHistogram } from './latency-histogram.ts'
import { type Clock, LatencySampler } from './latency-sampler.ts'
import type { LatencyStatistics } from './latency-statistics.ts'

const WRITE_GAP = 16
const READ_GAP = 64
const SCAN_GAP = 16

/** The durations of one store. */
export class StoreLatencies {
  readonly put: LatencySampler
  readonly delete: LatencySampler
  readonly batch: LatencySampler
  readonly get: LatencySampler
  readonly scan: LatencySampler
  readonly flush: LatencyHistogram = new LatencyHistogram()
  readonly compaction: LatencyHistogram = new LatencyHistogram()
  readonly stall: LatencyHistogram = new LatencyHistogram()
  readonly #sync: LatencyHistogram

  /** `sync` is kept by the file system. */
  constructor(clock: Clock, sync: LatencyHistogram) {
    this.put = new LatencySampler(clock, WRITE_GAP)
    this.delete = new LatencySampler(clock, WRITE_GAP)
    this.batch = new LatencySampler(clock, WRITE_GAP)
    this.get = new LatencySampler(clock, READ_GAP)
    this.scan = new LatencySampler(clock, SCAN_GAP)
    this.#sync = sync
  }

  statistics(): LatencyStatistics {
    return {
      put: this.put.histogram.summary(),
      delete: this.delete.histogram.summary(),
      batch: this.batch.histogram.summary(),
      get: this.get.histogram.summary(),
      scan: this.scan.histogram.summary(),
      flush: this.flush.summary(),
      compaction: this.compaction.summary(),
      sync: this.#sync.summary(),
      stall: this.stall.summary(),
    }
  }
}
