import { SeededRandom } from '../random.ts'
import { putAll, type Workload, type WorkloadInput } from '../workload.ts'
import { RECORD_BYTES, Records } from './records.ts'

const BATCH = 1000
const WRITES_TO_A_DISK = 20

type Make = (input: WorkloadInput) => Workload

/** As db_bench's: keys are drawn with replacement, so that some come twice and some never. */
function fillRandom(input: WorkloadInput, name = 'fillrandom'): Workload {
  const { records: count, seed } = input
  const records = new Records(seed)
  const random = new SeededRandom(seed)
  const seen = new Uint8Array(count)
  return {
    name,
    title: 'random keys, drawn with replacement',
    recordBytes: RECORD_BYTES,
    operations: count,
    step: (client, i) => {
      const key = random.below(count)
      const isNew = seen[key] === 0
      seen[key] = 1
      return client.put(records.ordered(key), records.value(i), isNew)
    },
    presentKey: (i) => records.ordered(nextSeen(seen, i % count)),
    missingKey: (i) => records.ordered(count + i),
  }
}

function nextSeen(seen: Uint8Array, from: number): number {
  const at = seen.indexOf(1, from)
  return at < 0 ? seen.indexOf(1) : at
}

const fillSequential: Make = ({ records: count, seed }) => {
  const records = new Records(seed)
  return {
    name: 'fillseq',
    title: 'ascending keys',
    recordBytes: RECORD_BYTES,
    operations: count,
    step: (client, i) => client.put(records.ordered(i), records.value(i), true),
    presentKey: (i, done) => records.ordered(i % Math.min(count, done)),
    missingKey: (i) => records.ordered(count + i),
  }
}

const fillUniqueRandom: Make = ({ records: count, seed }) => {
  const records = new Records(seed)
  return {
    name: 'filluniquerandom',
    title: 'random keys, each once',
    recordBytes: RECORD_BYTES,
    operations: count,
    step: (client, i) => client.put(records.random(i), records.value(i), true),
    presentKey: (i, done) => records.random(i % done),
    missingKey: (i) => records.random(count + i),
  }
}

const fillBatch: Make = ({ records: count, seed }) => {
  const records = new Records(seed)
  return {
    name: 'fillbatch',
    title: 'ascending keys, batches of 1,000',
    recordBytes: RECORD_BYTES,
    operations: Math.ceil(count / BATCH),
    step: (client, i) =>
      client.batch(
        Array.from({ length: Math.min(BATCH, count - i * BATCH) }, (_, j) => ({
          key: records.ordered(i * BATCH + j).slice(),
          value: records.value(i * BATCH + j),
        })),
      ),
    presentKey: (i, done) => records.ordered(i % Math.min(count, done)),
    missingKey: (i) => records.ordered(count + i),
  }
}

/** Each write waits for the disk; fewer of them, as db_bench does. */
const fillSync: Make = (input) => {
  const records = Math.ceil(input.records / WRITES_TO_A_DISK)
  return { ...fillRandom({ ...input, records }, 'fillsync'), title: 'random keys, durable', durable: true }
}

function overLoaded(
  name: string,
  title: string,
  input: WorkloadInput,
  step: (records: Records, random: SeededRandom) => Workload['step'],
): Workload {
  const { records: count, seed } = input
  const records = new Records(seed)
  return {
    name,
    title,
    recordBytes: RECORD_BYTES,
    load: (client) => putAll(client, records, count, (i) => records.ordered(i)),
    operations: input.operations,
    step: step(records, new SeededRandom(seed)),
  }
}

const overwrite: Make = (input) =>
  overLoaded('overwrite', 'keys that are there, chosen uniformly', input, (records, random) => (client, i) => {
    return client.put(records.ordered(random.below(input.records)), records.value(i), false)
  })

const updateRandom: Make = (input) =>
  overLoaded('updaterandom', 'read a random key, write it again', input, (records, random) => (client, i) => {
    const key = random.below(input.records)
    client.get(records.ordered(key))
    return client.put(records.ordered(key), records.value(i), false)
  })

const deleteSequential: Make = (input) =>
  overLoaded('deleteseq', 'delete every key in order', { ...input, operations: input.records }, (records) => {
    return (client, i) => client.delete(records.ordered(i), RECORD_BYTES)
  })

const deleteRandom: Make = (input) => {
  const gone = new Uint8Array(input.records)
  const operations = Math.min(input.operations, input.records)
  return overLoaded('deleterandom', 'delete random keys', { ...input, operations }, (records, random) => (client) => {
    const key = random.below(input.records)
    const bytes = gone[key] === 0 ? RECORD_BYTES : 0
    gone[key] = 1
    return client.delete(records.ordered(key), bytes)
  })
}

export const DB_BENCH_WRITES: Readonly<Record<string, Make>> = {
  fillseq: fillSequential,
  fillrandom: fillRandom,
  filluniquerandom: fillUniqueRandom,
  fillbatch: fillBatch,
  fillsync: fillSync,
  overwrite,
  updaterandom: updateRandom,
  deleteseq: deleteSequential,
  deleterandom: deleteRandom,
}
