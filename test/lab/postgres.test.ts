import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadHeap } from '../../bench/lab/postgres/heap-arm.ts'
import { loadPostgres } from '../../bench/lab/postgres/load.ts'
import { processTreeIo } from '../../bench/lab/postgres/process-tree-io.ts'
import { findPrograms, howToInstall, Server } from '../../bench/lab/postgres/server.ts'

const programs = findPrograms()
if (programs === undefined) process.stderr.write(`the heap is not held against PostgreSQL: ${howToInstall}\n`)

test.skipIf(programs === undefined)(
  'the heap writes what PostgreSQL writes, within 20 %, and no server is left',
  async () => {
    const settings = {
      autovacuum: 'off',
      fsync: 'off',
      wal_init_zero: 'off',
      bgwriter_lru_maxpages: '0',
      checkpoint_timeout: '1d',
    }
    const load = { rows: 20_000, rowsPerCheckpoint: 4000, rowsPerTransaction: 1000, fullPageWrites: true, seed: 5 }
    const server = await Server.start(programs!, settings)
    const { directory, pid } = server
    try {
      const postgres = await loadPostgres(server, load)
      const heap = await loadHeap(load, 'lab-heap-test')
      expect(postgres.checkpoints).toBe(heap.checkpoints)
      expect(postgres.tableBytes / 8192).toBe(heap.tablePages)
      expect(Math.abs(heap.pages / postgres.pages - 1)).toBeLessThan(0.05)
      expect(Math.abs(heap.images / postgres.walImages - 1)).toBeLessThan(0.1)
      expect(Math.abs(heap.amplification / postgres.amplification - 1)).toBeLessThan(0.2)
      const counted = postgres.walBytes + 8192 * (postgres.pages + postgres.extensionPages)
      expect(Math.abs(postgres.wchar / counted - 1)).toBeLessThan(0.15)
    } finally {
      await server.stop()
    }
    expect([existsSync(directory), existsSync(`/proc/${pid}`)]).toEqual([false, false])
  },
)

test('what a process wrote is counted, and one that is not there has written nothing', () => {
  expect(processTreeIo(process.pid).wchar).toBeGreaterThan(0)
  expect(processTreeIo(2 ** 30)).toEqual({ wchar: 0, writeBytes: 0 })
})
