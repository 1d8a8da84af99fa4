import { beforeEach, expect, test } from 'vitest'
import { JobRun } from '../../src/fs/job-run.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { LogWriter } from '../../src/wal/log-writer.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'

const HEADER = {
  databaseId: new Uint8Array(16),
  nonce: new Uint8Array(8),
  number: 1,
  epoch: 1,
  baseSequence: 0,
  baseTimeMs: 0,
}

let fileSystem: FaultyFileSystem
let writer: LogWriter

beforeEach(async () => {
  const disk = new MemoryFileSystem()
  disk.makeDirectory('/logs')
  fileSystem = new FaultyFileSystem(disk)
  const job = LogWriter.create(fileSystem, '/logs', '000001.wal', HEADER, 'wal')
  writer = await new JobRun(job, { fileSystem, runtime: nodeRuntime, lateFailure: () => {} }).finish()
})

test('what was synced in place stays known when an earlier sync in the pool ends', async () => {
  writer.appendPromise()
  const pool = writer.wait()
  await Promise.resolve()
  writer.appendPromise()
  writer.waitSync()
  expect(writer.isSynced).toBe(true)
  await pool
  expect(writer.isSynced).toBe(true)
  writer.close()
})

test('a log that was cut back is synced', async () => {
  writer.appendPromise()
  fileSystem.plan = ({ operation }) => (operation === 'append' ? { error: 'EIO', afterBytes: 3 } : undefined)
  expect(() => writer.appendPromise()).toThrow()
  expect(writer.isSynced).toBe(false)
  const cut = writer.cutBack()
  await new JobRun(cut, { fileSystem, runtime: nodeRuntime, lateFailure: () => {} }).finish()
  expect(writer.isSynced).toBe(true)
  writer.close()
})
