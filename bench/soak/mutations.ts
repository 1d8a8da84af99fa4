import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type KnownMutant, readMutants, writeMutants } from '../../test/support/mutation-list.ts'
import { detectorsOf, type MutantResult, MutationSearch } from '../../test/support/mutation-search.ts'
import { mutationSites } from '../../test/support/mutation-sites.ts'
import { startProgress } from '../progress.ts'
import { saveResult } from '../saved-result.ts'

/**
 * Takes each sync, checksum, promise, poisoning and refusal out of the engine, one at a time, and looks for the first
 * case of a test that tells: `node dist/bench/soak/mutations.js`. `--only <part of an id>` tries some of them, `--long`
 * also with what takes minutes. `--update` writes what was found to test/mutation/sites.json, `--save` the numbers to
 * data/results.
 */
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    update: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const known = readMutants()
const all = mutationSites()
const chosen = all.filter(({ id }) => id.includes(options.only))
const results: MutantResult[] = []
const bar = startProgress('mutants', chosen.length)
const sinceMs = performance.now()

async function work(queue: typeof chosen): Promise<void> {
  const searching = new MutationSearch()
  for (let site = queue.shift(); site !== undefined; site = queue.shift()) {
    results.push(await searching.search(site, detectorsOf(site, options.long)))
    bar.update(results.length)
  }
  searching.end()
}
const queue = [...chosen]
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, () => work(queue)))
bar.stop()

function isEquivalent(id: string): boolean {
  const mutant = known[id]
  return mutant !== undefined && 'equivalent' in mutant
}

interface Row {
  sites: number
  caught: number
  equivalent: number
  survivors: number
}
const rows: Record<string, Row> = {}
for (const { site, caughtBy } of results) {
  const row = (rows[site.kind] ??= { sites: 0, caught: 0, equivalent: 0, survivors: 0 })
  row.sites++
  if (caughtBy !== undefined) row.caught++
  else if (isEquivalent(site.id)) row.equivalent++
  else row.survivors++
}
const byIndex = [...results].sort((a, b) => a.site.index - b.site.index)
for (const { site, caughtBy, cases, message, broken } of byIndex) {
  const fate = caughtBy ?? (isEquivalent(site.id) ? 'EQUIVALENT' : 'SURVIVED')
  process.stdout.write(`${site.id} | ${site.what.slice(0, 100)} | ${fate} | ${cases} cases | ${message}\n`)
  for (const each of broken) process.stdout.write(`    only broke: ${each}\n`)
}
console.table(rows)
const seconds = Math.round((performance.now() - sinceMs) / 1000)
process.stdout.write(`${results.length} mutants of ${all.length}, ${seconds} s\n`)
if (options.update) {
  const found = new Map(results.map((result) => [result.site.id, result.caughtBy]))
  const updated = all.flatMap(({ id }): [string, KnownMutant][] => {
    const caughtBy = found.get(id)
    const now = caughtBy === undefined ? known[id] : { caughtBy }
    return now === undefined ? [] : [[id, now]]
  })
  writeMutants(Object.fromEntries(updated))
}
if (options.save) saveResult('mutations', { kinds: rows, mutants: results.length, seconds })
