import { type LatencySummary, latencyBoundsMs } from './latency-statistics.ts'

/*
 * Buckets are log-linear: each octave of milliseconds is cut into 32 of equal width. That is how a double is made, so
 * that the bucket's number is the exponent and the first five bits of the mantissa, without a logarithm.
 *
 * A bucket from a to b = a + 2^e/32 stands for 2ab/(a+b), which is off by at most (b-a)/(b+a), at a = 2^e: 1/65.
 */
const SUB_BUCKET_BITS = 5
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS
const EXPONENT_MIN = -14
const EXPONENT_MAX = 22
const BUCKETS = (EXPONENT_MAX - EXPONENT_MIN) << SUB_BUCKET_BITS
const EXPONENT_BIAS = 1023
const FIRST = (EXPONENT_MIN + EXPONENT_BIAS) << SUB_BUCKET_BITS
const HIGH_SHIFT = 20 - SUB_BUCKET_BITS

/** Of the percentiles. */
const SHARES = [0.5, 0.9, 0.99, 0.999]

/** Makes buckets hold their upper bound and not their lower one, as Prometheus has it: exact at powers of two. */
const JUST_BELOW = 1 - 2 ** -53

const double = new Float64Array([1])
const words = new Uint32Array(double.buffer)
/** Where the exponent is: the machine's byte order decides. */
const HIGH = words[0] === 0 ? 1 : 0

/** Counts durations; one array of 9 kB, made at the first. */
export class LatencyHistogram {
  #counts: Float64Array | undefined
  #count = 0
  #samples = 0
  #totalMs = 0
  #maxMs = 0
  /** What the last look found: most kinds rest between two looks. */
  #walked: { readonly percentiles: readonly number[]; readonly buckets: readonly number[] } | undefined

  /** `weight`: how many operations this one stands for. */
  record(milliseconds: number, weight: number = 1): void {
    this.#counts ??= new Float64Array(BUCKETS)
    this.#walked = undefined
    double[0] = milliseconds * JUST_BELOW
    const bucket = (words[HIGH]! >>> HIGH_SHIFT) - FIRST
    this.#counts[bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket]! += weight
    this.#count += weight
    this.#samples++
    this.#totalMs += milliseconds * weight
    if (milliseconds > this.#maxMs) this.#maxMs = milliseconds
  }

  summary(): LatencySummary {
    this.#walked ??= this.#walk()
    const { percentiles, buckets } = this.#walked
    const [p50Ms = 0, p90Ms = 0, p99Ms = 0, p999Ms = 0] = percentiles
    return {
      count: this.#count,
      samples: this.#samples,
      totalMs: this.#totalMs,
      meanMs: this.#count === 0 ? 0 : this.#totalMs / this.#count,
      p50Ms,
      p90Ms,
      p99Ms,
      p999Ms,
      maxMs: this.#maxMs,
      buckets: [...buckets],
    }
  }

  /** Percentiles by nearest rank: the least duration that at least this share of all did not exceed. */
  #walk(): { percentiles: number[]; buckets: number[] } {
    const counts = this.#counts
    if (counts === undefined) return { percentiles: [], buckets: latencyBoundsMs.map(() => 0) }
    const ranks = SHARES.map((share) => Math.ceil(share * this.#count))
    const percentiles: number[] = []
    /** How many were at most 2^(EXPONENT_MIN + i) ms. */
    const atMost: number[] = []
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (bucket % SUB_BUCKETS === 0) atMost.push(seen)
      const count = counts[bucket]!
      if (count === 0) continue
      seen += count
      while (seen >= ranks[percentiles.length]!) percentiles.push(Math.min(middle(bucket), this.#maxMs))
    }
    const first = Math.log2(latencyBoundsMs[0]!) - EXPONENT_MIN
    return { percentiles, buckets: atMost.slice(first, first + latencyBoundsMs.length) }
  }
}

function middle(bucket: number): number {
  const low = lowerBound(bucket)
  const high = lowerBound(bucket + 1)
  return (2 * low * high) / (low + high)
}

function lowerBound(bucket: number): number {
  return 2 ** ((bucket >> SUB_BUCKET_BITS) + EXPONENT_MIN) * (1 + (bucket % SUB_BUCKETS) / SUB_BUCKETS)
}
