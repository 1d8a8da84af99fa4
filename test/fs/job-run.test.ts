import { expect, test } from 'vitest'
import type { Job } from '../../src/fs/job.ts'
import { JobRun } from '../../src/fs/job-run.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { nodeRuntime } from '../../src/runtime.ts'

test('who takes a job over while its sync is in the thread pool makes the file durable before the job goes on', async () => {
  const disk = new MemoryFileSystem()
  const file = disk.open('/file', 'create', 'other')
  disk.syncDirectorySync('/')
  file.appendSync(Uint8Array.of(1, 2, 3))
  let durableBytes = -1
  function* job(): Job<void> {
    yield { kind: 'sync', file }
    durableBytes = disk.powerCut().status('/file')!.size
  }
  const run = new JobRun(job(), { fileSystem: disk, runtime: nodeRuntime, lateFailure: () => {} })
  run.advanceSync()
  const underway = run.advance()
  run.finishSync()
  expect(durableBytes).toBe(3)
  await underway
})
