import { type LatencySummary, latencyBoundsMs } from './latency-statistics.ts'

/*
 * Buckets are log-linear: each octave of milliseconds is cut into 32 of equal width. That is how a double is made, so
 * that the bucket's number is the exponent and the first five bits of the mantissa, without a logarithm.
 *
 * A bucket from a to b = a + 2^e/32 stands for 2ab/(a+b), which is off by at most (b-a)/(b+a), at a = 2^e: 1/65.
 */
const SUB_BUCKET_BITS = 5
const EXPONENT_MIN = -14
const EXPONENT_MAX = 22
const BUCKETS = (EXPONENT_MAX - EXPONENT_MIN) << SUB_BUCKET_BITS
const EXPONENT_BIAS = 1023
const FIRST = (EXPONENT_MIN + EXPONENT_BIAS) << SUB_BUCKET_BITS
const HIGH_SHIFT = 20 - SUB_BUCKET_BITS

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

  /** `weight`: how many operations this one stands for. */
  record(milliseconds: number, weight: number = 1): void {
    this.#counts ??= new Float64Array(BUCKETS)
    double[0] = milliseconds * JUST_BELOW
    const bucket = (words[HIGH]! >>> HIGH_SHIFT) - FIRST
    this.#counts[bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket]! += weight
    this.#count += weight
    this.#samples++
    this.#totalMs += milliseconds * weight
    if (milliseconds > this.#maxMs) this.#maxMs = milliseconds
  }

  summary(): LatencySummary {
    return {
      count: this.#count,
      samples: this.#samples,
      totalMs: this.#totalMs,
      meanMs: this.#count === 0 ? 0 : this.#totalMs / this.#count,
      p50Ms: this.#percentile(0.5),
      p90Ms: this.#percentile(0.9),
      p99Ms: this.#percentile(0.99),
      p999Ms: this.#percentile(0.999),
      maxMs: this.#maxMs,
      buckets: this.#atMost(),
    }
  }

  /** By nearest rank: the least duration that at least this share of all did not exceed. */
  #percentile(share: number): number {
    if (this.#counts === undefined) return 0
    const rank = Math.ceil(share * this.#count)
    let seen = 0
    let bucket = 0
    for (; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket]!
      if (seen >= rank) break
    }
    const low = lowerBound(bucket)
    const high = lowerBound(bucket + 1)
    return Math.min((2 * low * high) / (low + high), this.#maxMs)
  }

  #atMost(): number[] {
    let seen = 0
    let bucket = 0
    return latencyBoundsMs.map((boundMs) => {
      const end = (Math.log2(boundMs) - EXPONENT_MIN) << SUB_BUCKET_BITS
      for (; bucket < end; bucket++) seen += this.#counts?.[bucket] ?? 0
      return seen
    })
  }
}

function lowerBound(bucket: number): number {
  const octave = bucket >> SUB_BUCKET_BITS
  const part = bucket & ((1 << SUB_BUCKET_BITS) - 1)
  return 2 ** (octave + EXPONENT_MIN) * (1 + part / (1 << SUB_BUCKET_BITS))
}
