import { beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../../src/fs/job.ts'
import { JobRun } from '../../src/fs/job-run.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { ManifestLog } from '../../src/manifest/manifest-log.ts'
import { loadManifest } from '../../src/manifest/manifest-reader.ts'
import { ManifestState } from '../../src/manifest/manifest-state.ts'
import { nodeRuntime } from '../../src/runtime.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { HandleCounter } from '../support/recovery-calls.ts'
import { STORE } from '../support/recovery-disk.ts'

let disk: MemoryFileSystem
let counter: HandleCounter
let faulty: FaultyFileSystem
let manifest: ManifestLog

function run<T>(job: Job<T>): JobRun<T> {
  return new JobRun(job, { fileSystem: faulty, runtime: nodeRuntime, lateFailure: () => {} })
}

beforeEach(async () => {
  disk = new MemoryFileSystem()
  disk.makeDirectory(STORE)
  disk.syncDirectorySync('/')
  counter = new HandleCounter(disk)
  faulty = new FaultyFileSystem(counter.fileSystem)
  const home = {
    fileSystem: faulty,
    directory: STORE,
    databaseId: new Uint8Array(16),
    newNonce: () => nodeRuntime.random(new Uint8Array(8)),
    nowMs: () => 1,
  }
  manifest = await run(ManifestLog.createFresh(home, 1, ManifestState.empty)).finish()
})

const reserved = (from: MemoryFileSystem): number => loadManifest(from, STORE).state.reservedThrough

describe('a manifest between edits', () => {
  test('holds no descriptor, in whichever way its edits are driven', async () => {
    expect(counter.open).toEqual([])
    await run(manifest.commit({ reservedThrough: 10 })).finish()
    expect(counter.open).toEqual([])
    run(manifest.commit({ reservedThrough: 20 })).finishSync()
    expect(counter.open).toEqual([])
    expect(reserved(disk.powerCut())).toBe(20)
  })

  test('takes edits that overlap, in the order of their calls', async () => {
    const installed: number[] = []
    const runs = [30, 40, 50].map((reservedThrough) =>
      run(manifest.commit({ reservedThrough }, () => installed.push(reservedThrough))),
    )
    const [first, second, third] = runs as [JobRun, JobRun, JobRun]
    const pending = first.finish()
    const other = second.finish()
    await Promise.resolve()
    third.finishSync()
    expect(installed).toEqual([30, 40, 50])
    await Promise.all([pending, other])
    expect(installed).toEqual([30, 40, 50])
    expect(counter.open).toEqual([])
    expect(manifest.state.reservedThrough).toBe(50)
    expect(reserved(disk.powerCut())).toBe(50)
  })

  test('that cannot be opened again takes no edit, and the next one where it can', async () => {
    faulty.plan = ({ operation }) => (operation === 'open' ? { error: 'EMFILE' } : undefined)
    await expect(run(manifest.commit({ reservedThrough: 60 })).finish()).rejects.toMatchObject({ code: 'IO' })
    expect(manifest.state.reservedThrough).toBe(0)
    faulty.plan = () => undefined
    await run(manifest.commit({ reservedThrough: 70 })).finish()
    expect(reserved(disk.powerCut())).toBe(70)
  })
})

test('behind a failed append nothing is written: no edit, and no promise', async () => {
  faulty.plan = ({ operation }) => (operation === 'append' ? { error: 'EIO', afterBytes: 5 } : undefined)
  await expect(run(manifest.commit({ reservedThrough: 10 })).finish()).rejects.toMatchObject({ code: 'IO' })
  faulty.plan = () => undefined
  const { length } = loadManifest(disk, STORE)
  await expect(run(manifest.commit({ reservedThrough: 20 })).finish()).rejects.toMatchObject({ code: 'IO' })
  expect(loadManifest(disk, STORE)).toMatchObject({ length, droppedBytes: 5 })
  await run(manifest.end()).finish()
  expect(loadManifest(disk.powerCut(), STORE)).toMatchObject({ length, droppedBytes: 0 })
  manifest.close()
  expect(counter.open).toEqual([])
})

describe('an edit that is on its way', () => {
  test('takes effect with its own sync, not with that of the one before it', async () => {
    const taken: string[] = []
    const first = run(manifest.commit({ reservedThrough: 10 }, () => taken.push('first')))
    const second = run(manifest.commit({ reservedThrough: 20 }, () => taken.push('second')))
    await first.advance()
    const synced = first.advance()
    await second.advance()
    await synced
    expect(taken).toEqual(['first'])
    await second.finish()
    expect(taken).toEqual(['first', 'second'])
    manifest.close()
  })

  test('takes effect, synced, before the manifest is left', async () => {
    const edit = run(manifest.commit({ reservedThrough: 10 }))
    await edit.advance()
    await run(manifest.end()).finish()
    expect(manifest.state.reservedThrough).toBe(10)
    expect(reserved(disk.powerCut())).toBe(10)
    manifest.close()
  })
})
