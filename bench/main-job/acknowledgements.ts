import { writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { StoreStatistics } from '../../src/kv-store/statistics.ts'

/** What a life of the store has cost so far, by the store's own counters. */
export interface LifeCounters {
  readonly userBytes: number
  readonly wal: number
  readonly flush: number
  readonly compaction: number
  readonly manifest: number
  readonly syncs: number
}

export const noCounters: LifeCounters = { userBytes: 0, wal: 0, flush: 0, compaction: 0, manifest: 0, syncs: 0 }

export function countersOf(stats: StoreStatistics): LifeCounters {
  return { userBytes: stats.userBytes, ...stats.writtenBytes, syncs: stats.syncs }
}

/*
 * A frame on the pipe: u32 number of acknowledgements, six f64 counters, then a u32 message index for each
 * acknowledgement.
 */
const counterNames = ['userBytes', 'wal', 'flush', 'compaction', 'manifest', 'syncs'] as const
const headerBytes = 4 + 8 * counterNames.length

function encodeFrame(indexes: readonly number[], counters: LifeCounters): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + 4 * indexes.length)
  let offset = frame.writeUInt32LE(indexes.length, 0)
  for (const name of counterNames) offset = frame.writeDoubleLE(counters[name], offset)
  for (const index of indexes) offset = frame.writeUInt32LE(index, offset)
  return frame
}

/**
 * The child's end. Acknowledgements of one turn of the event loop leave in one frame. The write is synchronous: once
 * it returned, the system has the frame, whatever happens to this process. It waits while the pipe is full, which
 * ends because the parent reads and never waits for the child.
 */
export class AcknowledgementWriter {
  readonly #descriptor: number
  readonly #counters: () => LifeCounters
  #indexes: number[] = []

  constructor(descriptor: number, counters: () => LifeCounters) {
    this.#descriptor = descriptor
    this.#counters = counters
  }

  /** To be called only after the message's put has resolved. */
  acknowledge(index: number): void {
    if (this.#indexes.push(index) === 1) setImmediate(() => this.flush())
  }

  flush(): void {
    if (this.#indexes.length === 0) return
    const frame = encodeFrame(this.#indexes, this.#counters())
    this.#indexes = []
    for (let sent = 0; sent < frame.length; ) sent += writeSync(this.#descriptor, frame, sent)
  }
}

/** The parent's end: yields each frame, however the pipe cuts them. A frame cut off by a kill counts as never sent. */
export async function* readAcknowledgements(
  pipe: Readable,
): AsyncGenerator<{ indexes: Uint32Array; counters: LifeCounters }, void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of pipe) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    while (rest.length - start >= headerBytes) {
      const count = rest.readUInt32LE(start)
      const end = start + headerBytes + 4 * count
      if (end > rest.length) break
      yield decodeFrame(rest.subarray(start, end), count)
      start = end
    }
    rest = rest.subarray(start)
  }
}

function decodeFrame(frame: Buffer, count: number): { indexes: Uint32Array; counters: LifeCounters } {
  const counters: Record<(typeof counterNames)[number], number> = { ...noCounters }
  counterNames.forEach((name, i) => {
    counters[name] = frame.readDoubleLE(4 + 8 * i)
  })
  const indexes = new Uint32Array(count)
  for (let i = 0; i < count; i++) indexes[i] = frame.readUInt32LE(headerBytes + 4 * i)
  return { indexes, counters }
}
