import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MUTANT_ERROR } from './mutation-rules.ts'
import { engineRoot, type MutationSite, type ScannedModule } from './mutation-sites.ts'
import { nameOf, type SyntaxNode } from './mutation-syntax.ts'

/** Where the index of the mutant that is switched on is found; undefined: none. */
const SWITCH = 'globalThis.$mutant'

/** All sites of a module that change one and the same node. */
interface Change {
  readonly node: SyntaxNode
  readonly sites: MutationSite[]
}

/**
 * The text of a module that holds all of its mutants, each behind the switch: with none switched on it does what it did. One process can so run
 * many mutants.
 */
export function withMutants({ source, sites }: ScannedModule): string {
  const changes = new Map<string, Change>()
  for (const site of sites) {
    const { node } = site.finding
    const key = `${node.start}-${node.end}-${'instead' in site.finding.change}`
    const change = changes.get(key) ?? { node, sites: [] }
    change.sites.push(site)
    changes.set(key, change)
  }
  const outerFirst = [...changes.values()].sort((a, b) => a.node.start - b.node.start || b.node.end - a.node.end)
  const text = rendered(source, 0, source.length, outerFirst, lateCopies(source, sites))
  const errors = pathToFileURL(join(engineRoot, 'errors.js')).href
  return text.includes(MUTANT_ERROR) ? `${text}\nimport { VarveError as ${MUTANT_ERROR} } from '${errors}'\n` : text
}

/** By place: statements that a mutant does there, and not where they stand. */
function lateCopies(source: string, sites: readonly MutationSite[]): ReadonlyMap<number, string> {
  const copies = new Map<number, string>()
  for (const { index, finding } of sites) {
    if (!('notBefore' in finding.change)) continue
    const { done } = splitStatement(finding.node, source.slice(finding.node.start, finding.node.end))
    const at = finding.change.notBefore
    copies.set(at, `${copies.get(at) ?? ''}\nif (${SWITCH} === ${index}) { ${done} }`)
  }
  return copies
}

function rendered(
  source: string,
  start: number,
  end: number,
  changes: readonly Change[],
  copies: ReadonlyMap<number, string>,
): string {
  const plain = (from: number, to: number): string => {
    let text = ''
    let at = from
    for (const [place, copy] of [...copies].sort(([a], [b]) => a - b)) {
      if (place <= from || place > to) continue
      text += source.slice(at, place) + copy
      at = place
    }
    return text + source.slice(at, to)
  }
  let text = ''
  let at = start
  for (const [i, change] of changes.entries()) {
    const { node } = change
    if (node.start < at || node.end > end) continue
    const inner = changes.slice(i + 1).filter((other) => other.node.end <= node.end)
    text += plain(at, node.start) + guarded(change, rendered(source, node.start, node.end, inner, copies))
    at = node.end
  }
  return text + plain(at, end)
}

/** What stands in a node's place: its own text where no mutant of it is switched on. */
function guarded({ node, sites }: Change, text: string): string {
  const late = sites.filter(({ finding }) => 'notBefore' in finding.change)
  if (late.length > 0) {
    const { declared, done } = splitStatement(node, text)
    const isLate = late.map(({ index }) => `${SWITCH} === ${index}`).join(' || ')
    return `${declared}if (!(${isLate})) { ${done} }`
  }
  const cases = sites.map(({ index, finding }) => {
    return 'instead' in finding.change ? `${SWITCH} === ${index} ? (${finding.change.instead}) : ` : ''
  })
  return `(${cases.join('')}(${text}))`
}

/** A declaration is taken apart, so that what it declares is known behind it, too. */
function splitStatement(node: SyntaxNode, text: string): { readonly declared: string; readonly done: string } {
  if (node.type !== 'VariableDeclaration') return { declared: '', done: text }
  const [declarator, ...others] = node['declarations'] as readonly SyntaxNode[]
  const name = nameOf(declarator!['id'] as SyntaxNode)
  if (name === undefined || others.length > 0) throw new Error(`too hard to move: ${text}`)
  return { declared: `let ${name};\n`, done: text.replace(/^const /, '') }
}
