import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectPath } from '../../bench/project.ts'
import { findingsInBlock } from './mutation-order.ts'
import { type Finding, findingsAt, type SiteKind } from './mutation-rules.ts'
import { enclosing, places, textOf } from './mutation-syntax.ts'

/** A place of the engine on which durability hangs. */
export interface MutationSite {
  /** File, function, kind, and its number among those; stays the same while other functions change. */
  readonly id: string
  /** Its place in the list of all. */
  readonly index: number
  readonly kind: SiteKind
  readonly finding: Finding
  /** What is changed, in one line. */
  readonly what: string
}

/** A module of the engine, and its sites. */
export interface ScannedModule {
  readonly url: string
  readonly source: string
  readonly sites: readonly MutationSite[]
}

/** Not the engine's: simulated and memory disks have suites of their own (test/testing, test/fs), and the adapter only calls the store. */
const NOT_SCANNED = /^(testing|level)\/|^fs\/(memory-|crash-image)/

export const engineRoot: string = projectPath('dist', 'src')

/** Every module that has sites. Reads what was built. */
export function scannedModules(): ScannedModule[] {
  const names = readdirSync(engineRoot, { recursive: true, encoding: 'utf8' }).map((name) => name.split(sep).join('/'))
  const modules: ScannedModule[] = []
  let index = 0
  for (const file of names.filter((name) => name.endsWith('.js') && !NOT_SCANNED.test(name)).sort()) {
    const path = join(engineRoot, file)
    const source = readFileSync(path, 'utf8')
    const sites = sitesOf(file, source, index)
    if (sites.length > 0) modules.push({ url: pathToFileURL(path).href, source, sites })
    index += sites.length
  }
  return modules
}

/** Every site, in the order of files and of their text. */
export function mutationSites(): MutationSite[] {
  return scannedModules().flatMap(({ sites }) => sites)
}

function sitesOf(file: string, source: string, first: number): MutationSite[] {
  const counts = new Map<string, number>()
  const sites: MutationSite[] = []
  for (const place of places(source)) {
    for (const finding of [...findingsAt(place), ...findingsInBlock(place)]) {
      const { kind, variant } = finding
      const name = `${file.replace(/js$/, 'ts')} ${enclosing(place.ancestors)} ${kind}`
      const isSecond = variant !== undefined && variant !== 'true'
      const count = (counts.get(name) ?? 0) + (isSecond ? 0 : 1)
      counts.set(name, count)
      const id = [name, count, variant].filter((part) => part !== undefined).join(' ')
      sites.push({ id, index: first + sites.length, kind, finding, what: whatOf(finding, source) })
    }
  }
  return sites
}

function whatOf({ node, change }: Finding, source: string): string {
  const text = textOf(node, source)
  if ('instead' in change) return `${text} -> ${change.instead}`.replaceAll(/\s+/g, ' ')
  const line = source.slice(0, change.notBefore).split('\n').at(-1)!.trim()
  return `${text} after ${line}`.replaceAll(/\s+/g, ' ')
}
