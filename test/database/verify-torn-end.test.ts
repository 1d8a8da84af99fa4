import { expect, test } from 'vitest'
import { contentOf, FaultDisk } from '../support/fault-store.ts'
import { ManualRuntime, settle } from '../support/manual-runtime.ts'

/** Fails the append of a promise, by halves: nobody needs it, so nothing else fails. */
function failPromise(disk: FaultDisk, ending: string): () => number {
  let failed = 0
  disk.faulty.plan = ({ operation, path, bytes }) => {
    if (operation !== 'append' || !path.includes(ending) || bytes! > 16 || failed > 0) return undefined
    failed++
    return { error: 'EIO', afterBytes: 5 }
  }
  return () => failed
}

test.each(['.wal', 'MANIFEST'])('verify takes no half of a promise in %s for damage', async (ending) => {
  const disk = new FaultDisk()
  const runtime = new ManualRuntime()
  const store = await disk.open({ runtime })
  await store.put('a', '1')
  const failed = failPromise(disk, ending)
  await store.put('b', '2', { durability: 'process' })
  await runtime.advance(60_000)
  if (ending === 'MANIFEST') await store.flush()
  await settle()
  expect(failed()).toBe(1)
  expect((await store.verify()).problems).toEqual([])
  await store.put('c', '3')
  expect((await store.verify()).problems).toEqual([])
  expect(contentOf(store)).toBe('a=1 b=2 c=3')
  await store.close()
})
