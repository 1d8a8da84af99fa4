import { once } from 'node:events'
import { processTreeIo } from './process-tree-io.ts'
import { ROW_BYTES, Rows } from './rows.ts'
import type { Server } from './server.ts'

export interface Load {
  readonly rows: number
  readonly rowsPerCheckpoint: number
  readonly rowsPerTransaction: number
  readonly fullPageWrites: boolean
  readonly seed: number
}

/** What PostgreSQL wrote for one load, by its own counts; bytes unless it says otherwise. */
export interface PostgresResult {
  readonly checkpoints: number
  readonly walRecords: number
  readonly walImages: number
  readonly walBytes: number
  /** Pages written by checkpoints, the background writer and sessions, without those that only made a file longer. */
  readonly pages: number
  /** Pages of zeros that made a file longer; they are written again with what they hold. */
  readonly extensionPages: number
  readonly tableBytes: number
  readonly indexBytes: number
  readonly indexLeafDensity: number
  readonly wchar: number
  readonly writeBytes: number
  /** Of pg_waldump: the records of table and index by kind. */
  readonly recordStats: readonly string[]
  readonly seconds: number
  /** Log and data pages for each byte of the user's. */
  readonly amplification: number
}

interface Counters {
  readonly checkpoints: number
  readonly bufferWrites: number
  readonly walRecords: number
  readonly walImages: number
  readonly walBytes: number
}

/** Loads a fresh table and counts from before its first row until after the checkpoint behind the last one. */
export async function loadPostgres(server: Server, load: Load): Promise<PostgresResult> {
  const { rows, fullPageWrites } = load
  server.query(`ALTER SYSTEM SET full_page_writes = ${fullPageWrites ? 'on' : 'off'}`)
  server.query('SELECT pg_reload_conf()')
  server.query('DROP TABLE IF EXISTS rows')
  server.query('CREATE TABLE rows (k bytea PRIMARY KEY, v bytea NOT NULL); ALTER TABLE rows ALTER v SET STORAGE PLAIN')
  server.query('CREATE EXTENSION IF NOT EXISTS pgstattuple')
  server.query('CHECKPOINT')
  const before = await settledCounters(server)
  const firstLsn = server.query('SELECT pg_current_wal_insert_lsn()').trim()
  const ioBefore = processTreeIo(server.pid)
  const started = performance.now()
  await insertRows(server, load)
  const seconds = (performance.now() - started) / 1000
  const lastLsn = server.query('SELECT pg_current_wal_insert_lsn()').trim()
  const after = await settledCounters(server)
  // Only now: a session counts once it has ended and was waited for.
  const ioAfter = processTreeIo(server.pid)
  const [tableBytes, indexBytes] = numbers(
    server.query("SELECT pg_relation_size('rows'), pg_relation_size('rows_pkey')"),
  )
  const extensionPages = (tableBytes! + indexBytes!) / 8192
  const pages = after.bufferWrites - before.bufferWrites - extensionPages
  const walBytes = after.walBytes - before.walBytes
  return {
    checkpoints: after.checkpoints - before.checkpoints,
    walRecords: after.walRecords - before.walRecords,
    walImages: after.walImages - before.walImages,
    walBytes,
    pages,
    extensionPages,
    tableBytes: tableBytes!,
    indexBytes: indexBytes!,
    indexLeafDensity: Number(server.query("SELECT avg_leaf_density FROM pgstatindex('rows_pkey')")),
    wchar: ioAfter.wchar - ioBefore.wchar,
    writeBytes: ioAfter.writeBytes - ioBefore.writeBytes,
    recordStats: recordStats(server, firstLsn, lastLsn),
    seconds,
    amplification: (walBytes + pages * 8192) / (rows * ROW_BYTES),
  }
}

async function insertRows(server: Server, load: Load): Promise<void> {
  const { rowsPerCheckpoint, rowsPerTransaction, seed } = load
  const session = server.session()
  const input = session.stdin!
  const ended = once(session, 'exit')
  const source = new Rows(seed)
  for (let done = 0; done < load.rows; ) {
    const untilCheckpoint = rowsPerCheckpoint - (done % rowsPerCheckpoint)
    const count = Math.min(rowsPerTransaction, untilCheckpoint, load.rows - done)
    done += count
    const checkpoint = done % rowsPerCheckpoint === 0 || done === load.rows ? 'CHECKPOINT;\n' : ''
    if (!input.write(source.statement(count) + checkpoint)) await once(input, 'drain')
  }
  input.end()
  const [code] = (await ended) as [number | null]
  if (code !== 0) throw new Error(`psql ended with ${code}`)
}

/** Sessions and the checkpointer report what they counted with a delay: waits until two looks agree. */
async function settledCounters(server: Server): Promise<Counters> {
  let before = ''
  for (let attempt = 0; attempt < 30; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const now = server.query(
      `SELECT checkpoints_timed + checkpoints_req, buffers_checkpoint + buffers_clean + buffers_backend,
        wal_records, wal_fpi, wal_bytes FROM pg_stat_bgwriter, pg_stat_wal`,
    )
    if (now === before) break
    before = now
  }
  const [checkpoints = 0, bufferWrites = 0, walRecords = 0, walImages = 0, walBytes = 0] = numbers(before)
  return { checkpoints, bufferWrites, walRecords, walImages, walBytes }
}

function recordStats(server: Server, first: string, last: string): string[] {
  const args = ['--stats=record', '-p', `${server.dataDirectory}/pg_wal`, '-s', first, '-e', last]
  const lines = server.run('pg_waldump', args).split('\n')
  return lines
    .filter((line) => /^(Heap|Heap2|Btree|XLOG\/FPI|Transaction|Total|Type)/.test(line.trim()))
    .map((line) => line.trim())
}

function numbers(row: string): number[] {
  return row.trim().split('|').map(Number)
}
