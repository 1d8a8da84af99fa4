import { mkdirSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { checkOpenOptions, type OpenOptions } from '../../src/database/options.ts'
import { createStore, loadStore, type RecoveredStore } from '../../src/database/recovery.ts'
import { CountingFileSystem } from '../../src/fs/counting-file-system.ts'
import { JobRun } from '../../src/fs/job-run.ts'
import { nodeFileSystem } from '../../src/fs/node-file-system.ts'
import { Memtable } from '../../src/memtable/memtable.ts'
import { Health } from '../../src/store/health.ts'
import { type ThreadedPlace, threadedPlace } from '../support/thread-store.ts'

let place: ThreadedPlace
afterEach(() => place.remove())

/** What an opening leaves the store to live on; its files are closed. */
async function recovered(options: OpenOptions<'bytes'>): Promise<RecoveredStore> {
  const { directory } = place
  const fileSystem = new CountingFileSystem(nodeFileSystem)
  const names = nodeFileSystem.list(directory)
  const checked = checkOpenOptions(options)
  const load = names.length === 0 ? createStore : loadStore
  const job = load(fileSystem, directory, names, checked, new Health())
  const store = await new JobRun(job, { fileSystem, runtime: checked.runtime }).finish()
  store.manifest.close()
  return store
}

function isShared(memtable: Memtable): boolean {
  const key = new Uint8Array(8).fill(0xff)
  memtable.insert(1e6, 1, key, 0, 8, key, 0, 8)
  const { chunks, leaves } = memtable.share()
  return [...chunks, leaves.words].every(({ buffer }) => buffer instanceof SharedArrayBuffer)
}

describe('memtables that threads flush', () => {
  test('lie in shared memory from the first one on, whatever it was made of', async () => {
    place = threadedPlace()
    mkdirSync(place.directory)
    const created = await recovered({})
    expect(isShared(created.memtable)).toBe(true)
    expect(isShared(new Memtable(created.memory))).toBe(true)
    const store = await place.open()
    await store.put('key', 'value')
    await store.close()
    const loaded = await recovered({})
    expect(loaded.memtable.entries).toBe(1)
    expect(isShared(loaded.memtable)).toBe(true)
  })

  test('and where nothing is flushed in threads, they lie where V8 counts them', async () => {
    place = threadedPlace()
    const store = await place.open()
    await store.put('key', 'value')
    await store.close()
    expect(isShared((await recovered({ background: 'in-place' })).memtable)).toBe(false)
    expect(isShared((await recovered({ readOnly: true })).memtable)).toBe(false)
  })
})
