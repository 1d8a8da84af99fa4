import { beforeEach, describe, expect, test } from 'vitest'
import { JobRun } from '../../src/fs/job-run.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { RecordType } from '../../src/wal/format.ts'
import { LogChain } from '../../src/wal/log-chain.ts'
import { LogWriter } from '../../src/wal/log-writer.ts'
import { bytesOf } from '../support/bytes-text.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'

let disk: FaultyFileSystem
let chain: LogChain

async function logNumber(number: number): Promise<LogWriter> {
  const header = {
    databaseId: new Uint8Array(16),
    nonce: new Uint8Array(8).fill(number),
    number,
    epoch: 1,
    baseSequence: 0,
    baseTimeMs: 0,
  }
  const driver = { fileSystem: disk, runtime: nodeRuntime, lateFailure: () => {} }
  return new JobRun(LogWriter.create(disk, '/logs', `${number}.wal`, header, 'wal'), driver).finish()
}

/** The syncs since a moment, by file. */
const syncsSince = (before: number): string[] =>
  disk.calls.slice(before).flatMap(({ operation, path }) => (operation === 'sync' ? [path] : []))

beforeEach(async () => {
  disk = new FaultyFileSystem(new MemoryFileSystem())
  disk.makeDirectory('/logs')
  chain = new LogChain(await logNumber(1))
  const next = await logNumber(2)
  chain.current.appendPayload(RecordType.Seal, bytesOf('first'))
  chain.advance(next)
  chain.current.appendPayload(RecordType.Seal, bytesOf('second'))
})

describe('a log is not synced past its header before its predecessor is whole on disk', () => {
  test('from the thread pool', async () => {
    const before = disk.calls.length
    await chain.wait()
    expect(syncsSince(before)).toEqual(['/logs/1.wal', '/logs/2.wal'])
    expect(chain.isSynced).toBe(true)
  })

  test('in place', () => {
    const before = disk.calls.length
    chain.waitSync()
    expect(syncsSince(before)).toEqual(['/logs/1.wal', '/logs/2.wal'])
    expect(chain.isSynced).toBe(true)
  })

  test('and where the predecessor cannot be synced, not at all', async () => {
    disk.plan = ({ operation, path }) => (operation === 'sync' && path === '/logs/1.wal' ? { error: 'EIO' } : undefined)
    const before = disk.calls.length
    await expect(chain.wait()).rejects.toMatchObject({ code: 'POISONED' })
    expect(() => chain.waitSync()).toThrow(expect.objectContaining({ code: 'POISONED' }))
    expect(syncsSince(before)).not.toContain('/logs/2.wal')
  })
})
