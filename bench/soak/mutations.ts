import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DETECTORS, type MutantResult, MutationSearch } from '../../test/support/mutation-search.ts'
import { mutationSites } from '../../test/support/mutation-sites.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    kind: { type: 'string' },
    update: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})
const chosen = mutationSites().filter(
  ({ id, kind }) => (values.only === undefined || id.includes(values.only)) && (values.kind ?? kind) === kind,
)
const queue = [...chosen]
const results: MutantResult[] = []
async function work(): Promise<void> {
  const searching = new MutationSearch()
  for (let site = queue.shift(); site !== undefined; site = queue.shift()) {
    const sinceMs = performance.now()
    const result = await searching.search(site, DETECTORS[site.kind])
    results.push(result)
    const ms = (performance.now() - sinceMs).toFixed(0)
    const state = result.caughtBy === undefined ? 'SURVIVED' : `caught by ${result.caughtBy}`
    writeFileSync(
      '/tmp/mutation-results.json',
      JSON.stringify(
        results.map(({ site, ...rest }) => ({ id: site.id, kind: site.kind, what: site.what, ...rest })),
        undefined,
        1,
      ),
    )
    console.log(
      `${results.length}/${chosen.length} ${site.id} | ${site.what.slice(0, 90)} | ${state} | ${result.cases} cases, ${ms} ms | ${result.message.slice(0, 120)}${result.broken.length ? ` | BROKEN ${result.broken.join(' || ').slice(0, 500)}` : ''}`,
    )
  }
}
await Promise.all([work(), work()])
process.exit(0)
