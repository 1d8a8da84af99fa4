import type { Client } from '../client.ts'
import { SeededRandom } from '../random.ts'
import { putAll, type Workload, type WorkloadInput } from '../workload.ts'
import { KEY_BYTES, Records } from './records.ts'
import { Zipfian } from './zipfian.ts'

/** Ten fields of 100 bytes, kept as one value. */
const VALUE_BYTES = 1000
const LONGEST_SCAN = 100

export type YcsbName = 'A' | 'B' | 'C' | 'D' | 'E' | 'F'

export interface YcsbMix {
  /** Shares of operations, in hundredths. */
  readonly read: number
  readonly update: number
  readonly insert: number
  readonly scan: number
  readonly readModifyWrite: number
  /** Which records are asked for. */
  readonly choice: 'zipfian' | 'latest'
}

/** The core workloads of YCSB (B. F. Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", SoCC 2010). */
export const YCSB_MIXES: Readonly<Record<YcsbName, YcsbMix>> = {
  A: { read: 50, update: 50, insert: 0, scan: 0, readModifyWrite: 0, choice: 'zipfian' },
  B: { read: 95, update: 5, insert: 0, scan: 0, readModifyWrite: 0, choice: 'zipfian' },
  C: { read: 100, update: 0, insert: 0, scan: 0, readModifyWrite: 0, choice: 'zipfian' },
  D: { read: 95, update: 0, insert: 5, scan: 0, readModifyWrite: 0, choice: 'latest' },
  E: { read: 0, update: 0, insert: 5, scan: 95, readModifyWrite: 0, choice: 'zipfian' },
  F: { read: 50, update: 0, insert: 0, scan: 0, readModifyWrite: 50, choice: 'zipfian' },
}

const TITLES: Readonly<Record<YcsbName, string>> = {
  A: 'half reads, half updates',
  B: '95 % reads, 5 % updates',
  C: 'reads only',
  D: '95 % reads of the latest, 5 % inserts',
  E: '95 % scans of up to 100, 5 % inserts',
  F: 'half reads, half read-modify-writes',
}

/** Which operation comes next, by its share. */
export function chooseOperation(mix: YcsbMix, random: SeededRandom): Exclude<keyof YcsbMix, 'choice'> {
  let dice = random.below(100)
  if ((dice -= mix.read) < 0) return 'read'
  if ((dice -= mix.update) < 0) return 'update'
  if ((dice -= mix.insert) < 0) return 'insert'
  return dice - mix.scan < 0 ? 'scan' : 'readModifyWrite'
}

export function ycsb(name: YcsbName, { records: count, operations, seed }: WorkloadInput): Workload {
  const records = new Records(seed, VALUE_BYTES)
  const run = new YcsbRun(YCSB_MIXES[name], records, count, new SeededRandom(seed))
  return {
    name: `ycsb-${name.toLowerCase()}`,
    title: `YCSB ${name}: ${TITLES[name]}`,
    recordBytes: KEY_BYTES + VALUE_BYTES,
    load: (client) => putAll(client, records, count, (i) => records.random(i)),
    operations,
    step: (client, i) => run.step(client, i),
    presentKey: (i) => records.random(i % count),
    missingKey: (i) => records.random(2 ** 31 + i),
  }
}

class YcsbRun {
  readonly #mix: YcsbMix
  readonly #records: Records
  readonly #random: SeededRandom
  readonly #zipfian: Zipfian
  #count: number

  constructor(mix: YcsbMix, records: Records, count: number, random: SeededRandom) {
    this.#mix = mix
    this.#records = records
    this.#random = random
    this.#count = count
    this.#zipfian = new Zipfian(count, random)
  }

  step(client: Client, index: number): Promise<void> | undefined {
    const records = this.#records
    const rank = this.#zipfian.next()
    // The latest are few and are asked for most: rank 0 is the newest.
    const chosen = this.#mix.choice === 'latest' ? this.#count - 1 - rank : rank
    switch (chooseOperation(this.#mix, this.#random)) {
      case 'read':
        client.get(records.random(chosen))
        return undefined
      case 'scan':
        client.scan({ gte: records.random(chosen) }, 1 + this.#random.below(LONGEST_SCAN))
        return undefined
      case 'insert':
        return client.put(records.random(this.#count), records.value(this.#count++), true)
      case 'readModifyWrite':
        client.get(records.random(chosen))
        return client.put(records.random(chosen), records.value(index), false)
      case 'update':
        return client.put(records.random(chosen), records.value(index), false)
    }
  }
}
