import { SIZES, type SubjectName } from './cell.ts'
import { openings } from './work/load.ts'
import { getsAwaited, getsMany, getsMissing, getsSync, getsZipfian, readsWhileWriting } from './work/reads.ts'
import { backwardWalks, forwardWalks, shortWalks } from './work/scans.ts'
import { awaitedPuts, batches, fill } from './work/writes.ts'
import type { Work } from './work.ts'

const LOGGED: readonly SubjectName[] = ['varve', 'varve-level', 'varve-btree', 'classic-level', 'lmdb']
const ALL: readonly SubjectName[] = [...LOGGED, 'rocksdb-native', 'memory-level', 'db_bench']
const AWAITING: readonly SubjectName[] = ALL.filter((name) => name !== 'lmdb' && name !== 'db_bench')
const SYNCHRONOUS: readonly SubjectName[] = ALL.filter((name) => name !== 'rocksdb-native')

const durable = { group: 'durable writes', durability: 'power', begins: 'empty', sizes: SIZES } as const
const written = { group: 'writes', durability: 'process', begins: 'empty', sizes: SIZES } as const
const read = { group: 'reads', durability: 'process', begins: 'loaded', sizes: SIZES } as const
const scanned = { group: 'scans', durability: 'process', begins: 'loaded', sizes: SIZES } as const

export const DEFAULT_WORKS: readonly Work[] = [
  {
    ...durable,
    name: 'durable-1',
    title: 'durable puts, one by one',
    subjects: [...LOGGED, 'db_bench', 'bare'],
    run: awaitedPuts(1),
    dbBench: { benchmark: 'fillrandom', timed: true, extra: ['--sync=1'] },
  },
  {
    ...durable,
    name: 'durable-64',
    title: 'durable puts, 64 writers',
    subjects: [...LOGGED, 'db_bench'],
    run: awaitedPuts(64),
    dbBench: { benchmark: 'fillrandom', timed: true, threads: 64, extra: ['--sync=1'] },
  },
  {
    ...durable,
    name: 'durable-5000',
    title: 'durable puts, 5,000 writers',
    subjects: [...LOGGED, 'classic-level-4'],
    run: awaitedPuts(5000),
  },
  {
    ...written,
    name: 'put-awaited',
    title: 'puts, each awaited',
    subjects: ALL,
    run: awaitedPuts(1),
    dbBench: { benchmark: 'fillrandom' },
  },
  {
    ...written,
    name: 'batch-1000',
    title: 'batches of 1,000',
    subjects: ALL,
    run: batches(1000),
    dbBench: { benchmark: 'fillrandom', extra: ['--batch_size=1000'] },
  },
  {
    ...written,
    name: 'fillseq',
    title: 'fillseq, drained',
    subjects: ALL,
    run: fill('ascending'),
    dbBench: { benchmark: 'fillseq', drained: true },
  },
  {
    ...written,
    name: 'fillrandom',
    title: 'fillrandom, drained',
    subjects: ALL,
    run: fill('random'),
    dbBench: { benchmark: 'fillrandom', drained: true },
  },
  {
    ...written,
    name: 'overwrite',
    title: 'overwrite, drained',
    begins: 'copied',
    subjects: ALL,
    run: fill('random'),
    dbBench: { benchmark: 'overwrite', drained: true },
  },
  { ...read, name: 'get-awaited', title: 'get, awaited', subjects: AWAITING, run: getsAwaited },
  {
    ...read,
    name: 'get-sync',
    title: 'get, sync',
    subjects: SYNCHRONOUS,
    run: getsSync,
    dbBench: { benchmark: 'readrandom', warmed: true },
  },
  {
    ...read,
    name: 'get-many',
    title: 'getMany of 100',
    subjects: ALL,
    run: getsMany,
    dbBench: { benchmark: 'multireadrandom', warmed: true, extra: ['--batch_size=100', '--multiread_batched=1'] },
  },
  {
    ...read,
    name: 'get-missing',
    title: 'missing keys, sync',
    subjects: SYNCHRONOUS,
    run: getsMissing,
    dbBench: { benchmark: 'readmissing', warmed: true },
  },
  {
    ...read,
    name: 'get-zipfian',
    title: 'get, sync, Zipfian keys',
    subjects: SYNCHRONOUS.filter((name) => name !== 'db_bench'),
    run: getsZipfian,
  },
  {
    ...read,
    name: 'read-while-writing',
    title: 'gets beside 20,000 puts/s',
    begins: 'copied',
    subjects: ALL,
    run: readsWhileWriting,
    dbBench: { benchmark: 'readwhilewriting', warmed: true, timed: true, isPaced: true },
  },
  { ...scanned, name: 'scan-await', title: 'scan, for await', subjects: AWAITING, run: forwardWalks('await') },
  {
    ...scanned,
    name: 'scan-sync',
    title: 'scan, sync loop',
    subjects: ['varve', 'varve-btree', 'lmdb', 'db_bench'],
    run: forwardWalks('sync'),
    dbBench: { benchmark: 'readseq', warmed: true },
  },
  {
    ...scanned,
    name: 'scan-batch',
    title: 'scan, arrays of 1,000',
    subjects: [...LOGGED, 'memory-level'],
    run: forwardWalks('batch'),
  },
  {
    ...scanned,
    name: 'scan-backward',
    title: 'scan backward',
    subjects: ALL,
    run: backwardWalks,
    dbBench: { benchmark: 'readreverse', warmed: true },
  },
  {
    ...scanned,
    name: 'scan-50',
    title: 'scans of 50 entries',
    subjects: ALL,
    run: shortWalks,
    dbBench: { benchmark: 'seekrandom', warmed: true, extra: ['--seek_nexts=50'], perOperation: 50 },
  },
  {
    ...scanned,
    name: 'open-log',
    title: 'opening, 64 MiB of log',
    group: 'opening',
    begins: 'killed',
    subjects: ['varve', 'varve-level', 'varve-btree', 'classic-level', 'rocksdb-native'],
    run: openings,
  },
]
