import { describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/open-btree.ts'
import type { TornPageProtection } from '../../src/btree/options.ts'
import { benignChoices, seededChoices } from '../../src/testing/choices.ts'
import type { State } from '../../src/testing/commit-history.ts'
import { type FileCall, failOnce } from '../../src/testing/fault-plan.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { crashAmidRecovery, type Image } from '../support/btree-crash.ts'
import { keyOf, TINY } from '../support/btree-harness.ts'

const CHANGING: ReadonlySet<string> = new Set(['append', 'write', 'sync', 'rename', 'unlink', 'syncDirectory'])

function batchOf(rows: number, from: number, value: string): { type: 'put'; key: string; value: string }[] {
  return Array.from({ length: rows }, (_, i) => ({ type: 'put', key: keyOf(from + i), value }))
}

function stateOf(...batches: { key: string; value: string }[][]): State {
  return new Map(batches.flat().map(({ key, value }) => [key, value]))
}

describe('what a failed sync left in memory only', () => {
  for (const tornPageProtection of [
    'full-page-images',
    'double-write',
    'copy-on-write',
  ] satisfies TornPageProtection[]) {
    test(`does not come apart when the power is cut amid its recovery: ${tornPageProtection}`, async () => {
      const options = { ...TINY, tornPageProtection, checkpointLogBytes: 1 << 20 }
      for (const seed of [1, 2, 3]) {
        const disk = new SimulatedFileSystem({ profile: 'posix-minimal', choices: seededChoices(seed) })
        const store = await openBTree('/store', { ...options, fileSystem: disk })
        const first = batchOf(30, 0, 'old'.repeat(60))
        await store.batch(first)
        await store.flush()
        disk.faults = failOnce({ error: 'EIO', pages: 'clean-kept' }, { operation: 'sync', path: '.log' })
        // It splits many pages, so that some of them without the others are no tree.
        const second = batchOf(90, 0, 'new'.repeat(100))
        await expect(store.batch(second)).rejects.toMatchObject({ code: 'POISONED', outcome: 'unknown' })
        await store.close().catch(() => {})
        const allowed = [stateOf(first), stateOf(first, second)]
        const image: Image = { disk: disk.killed(), allowed, moment: 'the kill' }
        const looked = await crashAmidRecovery(image, options, ({ operation }) => CHANGING.has(operation))
        expect(looked).toBeGreaterThan(5)
      }
    })
  }
})

describe('more pages than one batch of copies', () => {
  const options = {
    ...TINY,
    tornPageProtection: 'double-write',
    cacheBytes: 4 << 20,
    checkpointLogBytes: 1 << 26,
  } as const
  const rows = batchOf(600, 0, 'n'.repeat(900))
  const allowed = [stateOf(rows)]

  /** Calls `watch` before each call of a checkpoint that changes what has changed of 150 pages. */
  async function checkpointed(seed: number, watch: (call: FileCall, disk: SimulatedFileSystem) => void): Promise<void> {
    const disk = new SimulatedFileSystem({ profile: 'posix-minimal', choices: seededChoices(seed) })
    const store = await openBTree('/store', { ...options, fileSystem: disk })
    await store.batch(batchOf(600, 0, 'o'.repeat(900)))
    await store.flush()
    await store.batch(rows)
    disk.beforeEffect = (call) => {
      if (CHANGING.has(call.operation)) watch(call, disk)
    }
    await store.flush()
    await store.close()
  }

  test('the copies of one are not overwritten before its pages are whole', async () => {
    for (const seed of [1, 2, 3]) {
      const images: Image[] = []
      await checkpointed(seed, ({ operation, path }, disk) => {
        images.push({ disk: disk.crash(), allowed, moment: `${operation} ${path}` })
      })
      for (const image of images) await crashAmidRecovery(image, options, () => false)
      expect(images.length).toBeGreaterThan(10)
    }
  })

  test('copies are not given up before the pages that they restored are whole', async () => {
    for (const seed of [1, 2, 3]) {
      let syncs = 0
      let image: Image | undefined
      await checkpointed(seed, ({ operation, path }, disk) => {
        if (operation !== 'sync' || !path.endsWith('/pages') || ++syncs !== 2) return
        image = { disk: disk.crash(benignChoices), allowed, moment: 'the sync of the second batch' }
      })
      const file = image!.disk.open('/store/pages', 'write', 'other')
      for (const id of [140, 145, 150]) file.writeSync(new Uint8Array(2048), id * 4096 + 512)
      file.syncSync()
      file.close()
      expect(await crashAmidRecovery(image!, options, ({ operation }) => operation === 'write')).toBeGreaterThan(3)
    }
  })
})

test('a creation that is cut short is done again, or was done', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const disk = new SimulatedFileSystem({ profile: 'posix-minimal', choices: seededChoices(seed) })
    const images: Image[] = []
    disk.beforeEffect = ({ operation, path }) => {
      images.push({ disk: disk.crash(), allowed: [new Map()], moment: `${operation} ${path}` })
    }
    const store = await openBTree('/store', { ...TINY, fileSystem: disk })
    disk.beforeEffect = undefined
    await store.close()
    for (const image of images) await crashAmidRecovery(image, TINY, ({ operation }) => CHANGING.has(operation))
    expect(images.length).toBeGreaterThan(8)
  }
})
