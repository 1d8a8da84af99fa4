import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { leveled } from '../../src/index.ts'
import { freshScratch, projectRoot } from '../project.ts'
import { saveResult } from '../saved-result.ts'
import { lsmArm } from './arms/lsm.ts'
import { type DbBenchName, type DbBenchResult, type DbBenchSettings, runDbBench } from './db-bench.ts'
import type { RunResult } from './result.ts'
import { run } from './run.ts'
import type { Workload, WorkloadInput } from './workload.ts'
import { DB_BENCH_WRITES } from './workloads/db-bench-writes.ts'

/**
 * RocksDB's own db_bench beside Varve at equal settings: `npm run lab:rocksdb -- --records 300000`. Both are drained before they are
 * measured, neither counts its log. With `--save` the numbers go to data/results/lab-rocksdb.json.
 */
const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '3000000' },
    memtable: { type: 'string', default: String(4 << 20) },
    base: { type: 'string', default: String(16 << 20) },
    table: { type: 'string', default: String(4 << 20) },
    seed: { type: 'string', default: '1' },
    save: { type: 'boolean', default: false },
  },
})
const settings: DbBenchSettings = {
  records: Number(options.records),
  memtableBytes: Number(options.memtable),
  baseBytes: Number(options.base),
  tableBytes: Number(options.table),
  seed: Number(options.seed),
}

/** A sequential load is written once, and nearly nothing comes on top. */
const FILLSEQ_MOST = 1.02

/** As db_bench does it: what fillrandom left is overwritten with keys drawn in the same way. */
function overwriteAfterFill(input: WorkloadInput): Workload {
  const fill = DB_BENCH_WRITES['fillrandom']!(input)
  const overwrite = DB_BENCH_WRITES['overwrite']!({ ...input, seed: input.seed + 1 })
  return {
    ...overwrite,
    async load(client) {
      for (let i = 0; i < fill.operations; i++) {
        const wait = fill.step(client, i)
        if (wait !== undefined) await wait
      }
      await client.settle()
    },
  }
}

function runVarve(name: DbBenchName): Promise<RunResult> {
  const { records, memtableBytes, baseBytes, tableBytes, seed } = settings
  const shape = { memtableBytes, tableBytes, blockCacheBytes: 8 << 20 }
  const given = { sizeRatio: 10, level0Tables: 4, baseBytes }
  const arm = lsmArm('leveled-10', 'Varve, leveled', shape, given, () => leveled({ ...given, tableBytes }))
  const make = name === 'overwrite' ? overwriteAfterFill : DB_BENCH_WRITES[name]!
  return run({ section: 'db-bench', arm, make, input: { records, operations: records, seed }, pace: 'full' })
}

interface Line {
  readonly name: DbBenchName
  readonly rocksdb: DbBenchResult
  readonly varve: { readonly operationsPerSecond: number; readonly writeOfFlushes: number; readonly run: RunResult }
}

async function compareOne(name: DbBenchName, directory: string): Promise<Line> {
  process.stderr.write(`${name}: RocksDB\n`)
  // Another seed, or the keys of fillrandom would come again in their order.
  const seed = name === 'overwrite' ? settings.seed + 1 : settings.seed
  const rocksdb = runDbBench(name, directory, { ...settings, seed })
  process.stderr.write(`${name}: Varve\n`)
  const result = await runVarve(name)
  const { operationsPerSecond, amplification } = result
  return {
    name,
    rocksdb,
    varve: { operationsPerSecond, writeOfFlushes: amplification.writeOfFlushes ?? 0, run: result },
  }
}

function show(lines: readonly Line[]): string {
  const table = new Table({
    head: ['flush-based, drained', 'RocksDB', 'Varve', 'Varve : RocksDB', 'RocksDB puts/s', 'Varve puts/s'],
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  })
  for (const { name, rocksdb, varve } of lines) {
    table.push([
      ...[name, rocksdb.writeOfFlushes.toFixed(2), varve.writeOfFlushes.toFixed(2)],
      (varve.writeOfFlushes / rocksdb.writeOfFlushes).toFixed(2),
      ...[rocksdb.operationsPerSecond, varve.operationsPerSecond].map((rate) =>
        Math.round(rate).toLocaleString('en-US'),
      ),
    ])
  }
  const commands = lines.map(({ rocksdb }) => `  ${rocksdb.command}`)
  return [`RocksDB ${lines[0]!.rocksdb.version}`, ...commands, table.toString()].join('\n')
}

const directory = relative(projectRoot, freshScratch('lab/rocksdb'))
const lines: Line[] = []
// In this order: overwrite goes on with what fillrandom left.
for (const name of ['fillseq', 'fillrandom', 'overwrite'] as const) lines.push(await compareOne(name, directory))
freshScratch('lab/rocksdb')
process.stdout.write(`${show(lines)}\n`)
if (options.save) saveResult('lab-rocksdb', { settings, lines })
for (const { name, rocksdb, varve } of lines) {
  const bound = name === 'fillseq' ? FILLSEQ_MOST : rocksdb.writeOfFlushes
  if (varve.writeOfFlushes <= bound) continue
  process.exitCode = 1
  process.stdout.write(`${name}: ${varve.writeOfFlushes.toFixed(3)} is ABOVE ${bound.toFixed(3)}\n`)
}
