import { describe, expect, test } from 'vitest'
import type { BTreeOptions } from '../../src/btree/options.ts'
import { judge, lifeOf, recoveryOf, WriteLedger } from '../support/btree-failing.ts'
import { openOn, protections } from '../support/btree-harness.ts'
import { type CallSite, currentSite, sitesInSources } from '../support/call-sites.ts'
import { FaultDisk } from '../support/fault-store.ts'
import type { Fault } from '../support/faulty-file-system.ts'
import { putFile } from '../support/recovery-disk.ts'

const ERRORS = ['EIO', 'ENOSPC'] as const
/** Of the calls that one site makes in one workload, so many are failed. */
const CALLS_PER_SITE = 2

type Work = (disk: FaultDisk, ledger: WriteLedger, options: BTreeOptions<'bytes'>) => Promise<void>

interface Start {
  readonly disk: FaultDisk
  readonly ledger: WriteLedger
}

/** A store that was killed, with half a checkpoint's worth of log and pages of which some are torn. */
async function killedStore(options: BTreeOptions<'bytes'>): Promise<Start> {
  const disk = new FaultDisk()
  const ledger = new WriteLedger()
  const store = await openOn(disk, options)
  for (let i = 0; i < 30; i++) ledger.write(store, `key ${i % 20}`, String(i).repeat(200))
  await store.flush()
  for (let i = 0; i < 12; i++) ledger.write(store, `key ${i}`, 'y'.repeat(400))
  return { disk, ledger }
}

/** Runs the work once for each chosen call, which fails once or for good; returns the sites that were failed. */
async function failEach(
  begin: () => Promise<Start>,
  work: Work,
  options: BTreeOptions<'bytes'>,
): Promise<Set<CallSite>> {
  const sites: CallSite[] = []
  const first = await begin()
  first.disk.faulty.plan = () => {
    sites.push(currentSite())
    return undefined
  }
  await work(first.disk, first.ledger, options)
  const chosen = sites.flatMap((site, index) => {
    return sites.slice(0, index).filter((each) => each === site).length < CALLS_PER_SITE ? [index] : []
  })
  for (const index of chosen) {
    for (const error of ERRORS) {
      for (const isForGood of [false, true]) {
        const { disk, ledger } = await begin()
        let calls = 0
        disk.faulty.plan = (): Fault | undefined => {
          const number = calls++
          return number === index || (isForGood && number > index) ? { error } : undefined
        }
        await work(disk, ledger, options)
        disk.heal()
        expect(disk.openFiles, `files open after ${sites[index]} failed`).toBe(0)
        await judge(disk, ledger, options)
      }
    }
  }
  return new Set(chosen.map((index) => sites[index]!))
}

describe('a B-tree whose calls of the file system fail, once and for good', () => {
  const failed = new Set<CallSite>()

  describe.each(protections)('with protection %s', (tornPageProtection) => {
    const options: BTreeOptions<'bytes'> = { tornPageProtection, cacheBytes: 64 << 10, checkpointRows: 25 }

    test('keeps what it acknowledged from its making to its close', async () => {
      const begin = async (): Promise<Start> => ({ disk: new FaultDisk(), ledger: new WriteLedger() })
      for (const site of await failEach(begin, lifeOf, options)) failed.add(site)
    }, 120_000)

    test('keeps it in recovery', async () => {
      const begin = async (): Promise<Start> => {
        const { disk, ledger } = await killedStore(options)
        return { disk: disk.killed(), ledger }
      }
      for (const site of await failEach(begin, recoveryOf, options)) failed.add(site)
    }, 120_000)
  })

  test('keeps it where a checkpoint was cut short', async () => {
    const options: BTreeOptions<'bytes'> = { cacheBytes: 64 << 10, checkpointRows: 25 }
    const begin = async (): Promise<Start> => {
      const { disk, ledger } = await killedStore(options)
      const killed = disk.killed()
      putFile(killed.disk, 'CHECKPOINT.tmp', Uint8Array.of(1))
      return { disk: killed, ledger }
    }
    for (const site of await failEach(begin, recoveryOf, options)) failed.add(site)
  }, 120_000)

  test('begins anew where a creation was cut short', async () => {
    const begin = async (): Promise<Start> => {
      const disk = new FaultDisk()
      disk.failNext('rename', 'CHECKPOINT.tmp')
      await expect(openOn(disk)).rejects.toMatchObject({ code: 'POISONED' })
      disk.heal()
      return { disk: disk.killed(), ledger: new WriteLedger() }
    }
    for (const site of await failEach(begin, lifeOf, {})) failed.add(site)
  }, 120_000)

  test('had every place in its sources that calls a file system failed', () => {
    expect(sitesInSources(process.cwd(), 'btree').filter((site) => !failed.has(site))).toEqual([])
  })
})
