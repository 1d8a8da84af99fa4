import { SeededRandom } from '../random.ts'
import { putAll, type Workload, type WorkloadInput } from '../workload.ts'
import { RECORD_BYTES, Records } from './records.ts'
import { Zipfian } from './zipfian.ts'

/** New keys in random order, each once: what an LSM-tree's merges and a B-tree's splits cost at most. */
export function randomLoad({ records: count, seed }: WorkloadInput): Workload {
  const records = new Records(seed)
  return {
    name: 'random-load',
    title: 'new keys in random order',
    recordBytes: RECORD_BYTES,
    operations: count,
    step: (client, i) => client.put(records.random(i), records.value(i), true),
    presentKey: (i, done) => records.random(i % done),
    missingKey: (i) => records.random(count + i),
  }
}

export function sequentialLoad({ records: count, seed }: WorkloadInput): Workload {
  const records = new Records(seed)
  return {
    name: 'sequential-load',
    title: 'new keys in ascending order',
    recordBytes: RECORD_BYTES,
    operations: count,
    step: (client, i) => client.put(records.ordered(i), records.value(i), true),
    presentKey: (i, done) => records.ordered(i % done),
    missingKey: (i) => records.ordered(count + i),
  }
}

/** A loaded store whose keys are written again, all alike. */
export function overwriteUniform(input: WorkloadInput): Workload {
  const random = new SeededRandom(input.seed)
  return overwrite(input, 'overwrite-uniform', 'load, then overwrite keys chosen uniformly', () =>
    random.below(input.records),
  )
}

/** A loaded store whose keys are written again, some of them all the time: rank r as often as 1 / r^0.99. */
export function overwriteZipfian(input: WorkloadInput): Workload {
  const zipfian = new Zipfian(input.records, new SeededRandom(input.seed))
  // Keys of neighbouring ranks lie apart as it is: `Records.random` scrambles them.
  return overwrite(input, 'overwrite-zipfian', 'load, then overwrite Zipfian keys (theta 0.99)', () => zipfian.next())
}

function overwrite(input: WorkloadInput, name: string, title: string, choose: () => number): Workload {
  const { records: count, seed } = input
  const records = new Records(seed)
  return {
    name,
    title,
    recordBytes: RECORD_BYTES,
    load: (client) => putAll(client, records, count, (i) => records.random(i)),
    operations: input.operations,
    step: (client, i) => client.put(records.random(choose()), records.value(i + 7), false),
    presentKey: (i) => records.random(i % count),
    missingKey: (i) => records.random(count + i),
  }
}
