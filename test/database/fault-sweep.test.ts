import { describe, expect, test } from 'vitest'
import { contentOf, FaultDisk } from '../support/fault-store.ts'
import { complaint, FaultWorkload, type Written } from '../support/fault-workload.ts'
import type { Fault } from '../support/faulty-file-system.ts'

/** What is found on a disk, after checking all of it. */
async function found(disk: FaultDisk, workload: FaultWorkload): Promise<Set<string>> {
  const store = await disk.open(workload.options)
  const entries = contentOf(store).split(' ')
  await store.verify()
  await store.close()
  if (disk.openFiles !== 0) throw new Error(`${disk.openFiles} files stay open`)
  return new Set(entries.filter((entry) => entry !== '').map((entry) => entry.split('=')[0]!))
}

/** Where what was found is looked at again, and must not have changed. */
const STABLE = 'kill at the end'

/** The acknowledgements so far, as they were at a moment. */
const asOf = (written: readonly Written[]): Written[] => written.map((entry) => ({ ...entry }))

const same = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].join() === [...b].join()

async function sweptAt(index: number, fault: Fault, only?: ReadonlySet<string>): Promise<boolean> {
  const disk = new FaultDisk()
  const workload = new FaultWorkload(disk)
  let failed = ''
  let isDue = false
  let matching = 0
  let calls = 0
  let crash: { killed: FaultDisk; cut: FaultDisk; written: Written[] } | undefined
  disk.faulty.plan = (call) => {
    // Some calls later the machine fails as well: what was acknowledged until then has to be there.
    if (isDue && calls++ === 7) crash = { killed: disk.killed(), cut: disk.powerCut(), written: asOf(workload.written) }
    if (isDue || (only !== undefined && !only.has(call.operation)) || matching++ < index) return undefined
    isDue = true
    failed = `${fault.error} at call ${call.index}, ${call.operation} ${call.path}`
    return fault
  }
  await workload.run()
  if (!isDue) return false
  disk.heal()
  expect(disk.openFiles, `open files after ${failed}`).toBe(0)
  const images: [string, FaultDisk, readonly Written[], Written['durability'][]][] = [
    ['power cut at the end', disk.powerCut(), workload.written, ['power']],
    [STABLE, disk.killed(), workload.written, ['power', 'process']],
  ]
  if (crash !== undefined) {
    images.push(['power cut soon after', crash.cut, crash.written, ['power']])
    images.push(['kill soon after', crash.killed, crash.written, ['power', 'process']])
  }
  for (const [when, image, written, durable] of images) {
    const first = await found(image, workload).catch((error: Error) => error)
    if (first instanceof Error) throw new Error(`${when}, ${failed}: ${first.stack}`)
    expect(complaint(written, first, durable), `${when}, ${failed}`).toBeUndefined()
    if (when === STABLE) expect(same(first, await found(image, workload)), `stable, ${when}, ${failed}`).toBe(true)
  }
  return true
}

describe('whichever call of the file system fails, once', () => {
  const writes = new Set(['append', 'write', 'open', 'makeDirectory'])
  const faults: [string, Fault, ReadonlySet<string>?][] = [
    ['EIO', { error: 'EIO' }],
    ['EIO after all of a write', { error: 'EIO', afterBytes: 1 << 20 }, writes],
    ['ENOSPC in a write', { error: 'ENOSPC', afterBytes: 10 }, writes],
  ]
  test.each(faults)(
    'with %s, the workload ends, nothing acknowledged is lost, and no file stays open',
    async (_name, fault, only) => {
      let index = 0
      while (await sweptAt(index, fault, only)) index++
      expect(index).toBeGreaterThan(40)
    },
  )
})
