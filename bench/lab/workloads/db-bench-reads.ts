import type { Client } from '../client.ts'
import { SeededRandom } from '../random.ts'
import { putAll, type Workload, type WorkloadInput } from '../workload.ts'
import { RECORD_BYTES, Records } from './records.ts'

type Make = (input: WorkloadInput) => Workload

const MANY = 32
const SEEK_NEXTS = 10
/** db_bench's readhot asks for one key in a hundred. */
const HOT_SHARE = 0.01
const SCAN_BATCH = 1000
/** The event loop, and with it background work, gets a turn. */
const READS_PER_TURN = 200

interface Source {
  readonly records: Records
  readonly random: SeededRandom
  readonly count: number
}

/** A store loaded in random order, so that it has levels, and then read. */
function reading(
  name: string,
  title: string,
  input: WorkloadInput,
  step: (source: Source) => Workload['step'],
  operations: number = input.operations,
): Workload {
  const records = new Records(input.seed)
  const source = { records, random: new SeededRandom(input.seed), count: input.records }
  const read = step(source)
  return {
    name,
    title,
    recordBytes: RECORD_BYTES,
    load: (client) => putAll(client, records, input.records, (i) => records.random(i)),
    operations,
    step: (client, i) => read(client, i) ?? (i % READS_PER_TURN === 0 ? turn() : undefined),
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** One pass over everything, each operation a thousand entries. */
function sweep(reverse: boolean): (source: Source) => Workload['step'] {
  return () => {
    let entries: Iterator<unknown> | undefined
    return (client) => {
      entries ??= client.store.scan({ reverse })[Symbol.iterator]()
      const called = performance.now()
      for (let n = 0; n < SCAN_BATCH; n++) if (entries.next().done) break
      client.latencies.scan.record(performance.now() - called)
      return undefined
    }
  }
}

const readSequential: Make = (input) =>
  reading('readseq', 'everything in order, 1,000 entries an operation', input, sweep(false), scans(input))

const readReverse: Make = (input) =>
  reading('readreverse', 'everything backwards, 1,000 entries an operation', input, sweep(true), scans(input))

function scans(input: WorkloadInput): number {
  return Math.ceil(input.records / SCAN_BATCH) + 1
}

function point(name: string, title: string, choose: (source: Source) => number): Make {
  return (input) =>
    reading(name, title, input, (source) => (client) => {
      client.get(source.records.random(choose(source)))
      return undefined
    })
}

const seekRandom: Make = (input) =>
  reading('seekrandom', `seek to a random key, ${SEEK_NEXTS} entries on`, input, (source) => (client) => {
    client.scan({ gte: source.records.random(source.random.below(source.count)) }, SEEK_NEXTS)
    return undefined
  })

const multiReadRandom: Make = (input) =>
  reading(
    'multireadrandom',
    `random keys, ${MANY} at once`,
    input,
    (source) => (client) => {
      const keys = Array.from({ length: MANY }, () => source.records.random(source.random.below(source.count)).slice())
      return client.getMany(keys)
    },
    Math.ceil(input.operations / MANY),
  )

/** Reads at full speed while one writer overwrites: one write for each ten reads. */
const readWhileWriting: Make = (input) =>
  reading('readwhilewriting', 'ten random reads to one overwrite', input, (source) => (client: Client, i) => {
    const { records, random, count } = source
    if (i % 11 === 10) return client.put(records.random(random.below(count)), records.value(i), false)
    client.get(records.random(random.below(count)))
    return undefined
  })

const compactAll: Make = (input) =>
  reading('compact', 'merge everything into the deepest level', input, () => (client) => client.store.compact(), 1)

export const DB_BENCH_READS: Readonly<Record<string, Make>> = {
  readseq: readSequential,
  readreverse: readReverse,
  readrandom: point('readrandom', 'random keys that are there', ({ random, count }) => random.below(count)),
  readmissing: point(
    'readmissing',
    'random keys that are not there',
    ({ random, count }) => count + random.below(count),
  ),
  readhot: point('readhot', 'random keys of one in a hundred', ({ random, count }) =>
    random.below(Math.ceil(HOT_SHARE * count)),
  ),
  seekrandom: seekRandom,
  multireadrandom: multiReadRandom,
  readwhilewriting: readWhileWriting,
  compact: compactAll,
}
