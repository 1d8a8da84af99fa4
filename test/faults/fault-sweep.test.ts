import { describe, expect, test } from 'vitest'
import { type CallSite, sitesIn, sitesInSources } from '../support/call-sites.ts'
import { emptyTally } from '../support/fault-sweep.ts'
import { SWEEPS } from '../support/sweep-list.ts'

/** Of the calls that one site makes in one workload, each kind of fault fails so many. `bench/soak/fault-sweep.ts` fails all. */
const CALLS_PER_SITE = 2

describe('whichever call of the file system fails, in whatever way, once and for good', () => {
  const failed = new Set<CallSite>()
  const made = new Set<CallSite>()
  const sum = emptyTally()

  test.each(SWEEPS.map(({ name, make }) => [name, make] as const))(
    'in the workload "%s" all promises are kept',
    async (_name, make) => {
      const sweep = make()
      const calls = await sweep.calls()
      for (const target of sweep.targets(calls, CALLS_PER_SITE)) await sweep.run(target, calls)
      for (const site of sweep.failed) failed.add(site)
      for (const { site } of calls) made.add(site)
      for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += sweep.tally[name]
      expect(sweep.tally.noticed).toBeGreaterThan(sweep.tally.runs / 3)
    },
    240_000,
  )

  test('every place in the sources that calls a file system was failed', () => {
    const sites = sitesInSources(process.cwd(), 'lsm')
    process.stdout.write(
      `faults: ${failed.size} of ${sites.length} call sites failed, ${JSON.stringify(sum)}, 0 lost\n`,
    )
    expect(sites.filter((site) => !failed.has(site))).toEqual([])
    // The list would be worth nothing if the scan overlooked a place.
    expect([...made].filter((site) => !sites.includes(site))).toEqual([])
    expect(sites.length).toBeGreaterThan(80)
    expect(sum.runs).toBeGreaterThan(8000)
  })
})

test('a scan finds calls of files and file systems, and no others', () => {
  const lines = [
    'this.#handle.file.appendSync(bytes)',
    'if (fs.status(path) !== undefined) fs.unlinkSync(path)',
    'outputs.unlink()',
    '// fileSystem.open(path)',
    'await store.sync()',
    'return this.#driver.fileSystem.syncDirectory(request.directory)',
  ]
  expect(sitesIn('a.ts', lines.join('\n'))).toEqual([
    'a.ts:1 appendSync',
    'a.ts:2 status',
    'a.ts:2 unlinkSync',
    'a.ts:6 syncDirectory',
  ])
})
