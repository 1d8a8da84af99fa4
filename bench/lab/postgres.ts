import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { saveResult } from '../saved-result.ts'
import { heapAmplification, heapLayout, postgresLogBytesPerRow } from './oracle/btree-heap.ts'
import { type HeapResult, loadHeap } from './postgres/heap-arm.ts'
import { type Load, loadPostgres, type PostgresResult } from './postgres/load.ts'
import { KEY_BYTES, VALUE_BYTES } from './postgres/rows.ts'
import { findPrograms, howToInstall, Server, type Settings } from './postgres/server.ts'

const HELP = `Loads the same rows into a PostgreSQL of its own and into the B-tree laid out like one, and compares what they wrote.

  --rows N          rows of 16 + 100 bytes, random keys (1000000)
  --distances A,B   rows between checkpoints (a quarter, a twentieth and a hundredth of the rows)
  --transaction N   rows of a transaction (1000)
  --buffers SIZE    shared_buffers of PostgreSQL (1GB)
  --commit MODE     synchronous_commit, on or off (on)
  --save            writes data/results/lab-postgres.json`

const { values: given } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    distances: { type: 'string' },
    transaction: { type: 'string', default: '1000' },
    buffers: { type: 'string', default: '1GB' },
    commit: { type: 'string', default: 'on' },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

interface Comparison extends Load {
  readonly postgres: PostgresResult
  readonly heap: HeapResult
  readonly predicted: { readonly postgres: number; readonly heap: number }
  /** The B-tree's bytes less PostgreSQL's, as a share of the latter. */
  readonly difference: number
}

/** Nothing that writes by itself, and bytes that can be told apart; how durable they are changes none of the counts. */
const settings: Settings = {
  autovacuum: 'off',
  fsync: 'off',
  wal_compression: 'off',
  wal_init_zero: 'off',
  wal_recycle: 'off',
  wal_keep_size: '100GB',
  max_wal_size: '100GB',
  checkpoint_timeout: '1d',
  bgwriter_lru_maxpages: '0',
  jit: 'off',
  shared_buffers: given.buffers,
  synchronous_commit: given.commit,
}

async function compare(server: Server, load: Load): Promise<Comparison> {
  const postgres = await loadPostgres(server, load)
  const heap = await loadHeap(load)
  const layout = heapLayout(KEY_BYTES, VALUE_BYTES)
  const protection = load.fullPageWrites ? 'full-page-images' : 'none'
  const predict = (logBytesPerRow: number): number =>
    heapAmplification(layout, { ...load, logBytesPerRow, protection }).total
  return {
    ...load,
    postgres,
    heap,
    predicted: {
      postgres: predict(postgresLogBytesPerRow(layout, load.rowsPerTransaction)),
      heap: predict(heap.rowLogBytes),
    },
    difference: heap.amplification / postgres.amplification - 1,
  }
}

function print(comparisons: readonly Comparison[]): void {
  const head = ['rows a checkpoint', 'images', 'PostgreSQL', 'predicted', 'heap arm', 'predicted', 'arm : PostgreSQL']
  const plain = { head: [], border: [] }
  const table = new Table({ head, colAligns: head.map(() => 'right' as const), style: plain })
  for (const { rowsPerCheckpoint, fullPageWrites, postgres, heap, predicted } of comparisons) {
    const ratio = heap.amplification / postgres.amplification
    const amplifications = [postgres.amplification, predicted.postgres, heap.amplification, predicted.heap, ratio]
    table.push([rowsPerCheckpoint, fullPageWrites ? 'on' : 'off', ...amplifications.map((value) => value.toFixed(2))])
  }
  process.stdout.write(`log and data pages for each byte of the user's\n${table.toString()}\n`)
  for (const { rowsPerCheckpoint, fullPageWrites, postgres, heap } of comparisons) {
    process.stdout.write(
      `${rowsPerCheckpoint} rows a checkpoint, images ${fullPageWrites ? 'on' : 'off'}: PostgreSQL ` +
        `${postgres.walBytes} log bytes, ${postgres.walImages} images, ${postgres.pages} pages ` +
        `(${postgres.extensionPages} more to lengthen files), leaves ${postgres.indexLeafDensity.toFixed(1)} % full, ` +
        `${postgres.wchar} bytes in all by /proc; arm ${heap.logBytes} log bytes, ${heap.images} images, ` +
        `${heap.pages} pages, leaves ${heap.indexLeafDensity.toFixed(1)} % full\n`,
    )
  }
}

async function main(): Promise<void> {
  if (given.help) {
    process.stdout.write(`${HELP}\n`)
    return
  }
  const programs = findPrograms()
  if (programs === undefined) throw new Error(howToInstall)
  const rows = Number(given.rows)
  const distances = given.distances?.split(',').map(Number) ?? [rows / 4, rows / 20, rows / 100].map(Math.ceil)
  const comparisons: Comparison[] = []
  const server = await Server.start(programs, settings)
  const stop = (): void => process.exit(1)
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    for (const rowsPerCheckpoint of distances) {
      for (const fullPageWrites of [true, false]) {
        const load = { rows, rowsPerCheckpoint, rowsPerTransaction: Number(given.transaction), fullPageWrites, seed: 1 }
        comparisons.push(await compare(server, load))
        process.stderr.write(`done: ${rowsPerCheckpoint} rows a checkpoint, images ${fullPageWrites ? 'on' : 'off'}\n`)
      }
    }
    const version = server.query('SHOW server_version').trim()
    print(comparisons)
    if (given.save) saveResult('lab-postgres', { version, settings, comparisons })
  } finally {
    await server.stop()
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

await main()
