import { describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/btree.ts'
import { open } from '../../src/database/open.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import type { Job } from '../../src/fs/job.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { STORE } from '../support/recovery-disk.ts'

/** The part of either store that writes its logs. */
interface Logs {
  advance(): Job<number>
  appendPromise(): void
}

const STORES = {
  'the LSM store': {
    open: (fileSystem: FileSystem) => open<'utf8'>(STORE, { fileSystem, encoding: 'utf8', syncIntervalMs: 3_600_000 }),
    logsOf: (store: KeyValueStore<'utf8'>) => (store as unknown as { core: { logs: Logs } }).core.logs,
  },
  'the B-tree': {
    open: (fileSystem: FileSystem) => openBTree(STORE, { fileSystem, encoding: 'utf8', syncIntervalMs: 3_600_000 }),
    logsOf: (store: KeyValueStore<'utf8'>) => (store as unknown as { core: { parts: { logs: Logs } } }).core.parts.logs,
  },
}

/** Makes the next log; at its first request a promise fails in the current one, of which `afterBytes` get into the file. */
function advanceWhilePromiseFails(logs: Logs, disk: FaultyFileSystem, afterBytes: number): void {
  const job = logs.advance()
  let step = job.next()
  disk.plan = ({ operation }) => (operation === 'append' ? { error: 'EIO', afterBytes } : undefined)
  logs.appendPromise()
  disk.plan = () => undefined
  for (; step.done !== true; step = job.next()) {
    const request = step.value
    if (request.kind === 'wait') request.on.waitSync()
    else if (request.kind === 'sync-directory') disk.syncDirectorySync(request.directory)
  }
}

describe.each(Object.entries(STORES))(
  'a promise that fails while the next log is made, in %s',
  (_, { open, logsOf }) => {
    test.each([0, 5, 12])(
      'takes nothing along that is written behind it, where %i of its bytes are in the file',
      async (afterBytes) => {
        const disk = new MemoryFileSystem()
        const faulty = new FaultyFileSystem(disk)
        const store = await open(faulty)
        store.putSync('before', 'a')
        advanceWhilePromiseFails(logsOf(store), faulty, afterBytes)
        store.putSync('behind', 'b')
        for (const image of [disk.killed(), disk.powerCut()]) {
          const recovered = await open(image)
          expect([recovered.getSync('before'), recovered.getSync('behind')]).toEqual(['a', 'b'])
          expect(recovered.recovery.droppedBytes).toBe(0)
          await recovered.close()
        }
      },
    )
  },
)
