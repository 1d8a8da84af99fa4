import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projectPath } from '../project.ts'

/** Something that users of the package may import. */
export interface PublicExport {
  readonly entry: string
  readonly name: string
  readonly isType: boolean
  /** What its comment says, on one line; empty where there is none. */
  readonly comment: string
}

export const publicEntries: Readonly<Record<string, string>> = {
  varve: 'index.ts',
  'varve/level': 'level/varve-level.ts',
  'varve/btree': 'btree/btree.ts',
  'varve/testing': 'testing/testing.ts',
}

const EXPORTED = /^export (type )?\{([^}]*)\}(?: from '([^']+)')?/gm
const DECLARED = /^export (?:declare )?(?:async )?(?:abstract )?(function\*?|class|const|interface|type|let) (\w+)/gm

/** The comment that ends right above an offset of a source, without its stars. */
function commentAbove(source: string, offset: number): string {
  const before = source.slice(0, offset).trimEnd()
  if (!before.endsWith('*/')) return ''
  const comment = before.slice(before.lastIndexOf('/**') + 3, -2)
  // A table in a comment is for the editor that shows it.
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim())
  return lines.filter((line) => line !== '' && !line.startsWith('|')).join(' ')
}

function declared(file: string, entry: string): Map<string, PublicExport> {
  const source = readFileSync(projectPath('src', file), 'utf8')
  const found = new Map<string, PublicExport>()
  for (const match of source.matchAll(DECLARED)) {
    const [, kind, name] = match
    // The first of several overloads has the comment.
    if (found.has(name!)) continue
    const isType = kind === 'interface' || kind === 'type'
    found.set(name!, { entry, name: name!, isType, comment: commentAbove(source, match.index) })
  }
  return found
}

function importedFrom(source: string, name: string): string {
  const path = new RegExp(`import [^']*\\b${name}\\b[^']*from '([^']+)'`).exec(source)?.[1]
  if (path === undefined) throw new Error(`${name} is exported, and comes from nowhere`)
  return path
}

function exportsOf(file: string, entry: string): PublicExport[] {
  const source = readFileSync(projectPath('src', file), 'utf8')
  const found = [...declared(file, entry).values()]
  for (const [, allTypes, names, given] of source.matchAll(EXPORTED)) {
    for (const item of names!.split(',').map((each) => each.trim())) {
      if (item === '') continue
      const [original, renamed] = item.replace(/^type /, '').split(' as ')
      const path = given ?? importedFrom(source, original!)
      const there = exportsOf(join(dirname(file), path), entry)
      const comment = there.find(({ name }) => name === original)?.comment ?? ''
      const isType = allTypes !== undefined || item.startsWith('type ')
      found.push({ entry, name: renamed ?? original!, isType, comment })
    }
  }
  return found
}

/** Everything that an entry of the package exports, with its comment in the sources. */
export function publicExports(): PublicExport[] {
  return Object.entries(publicEntries).flatMap(([entry, file]) =>
    exportsOf(file, entry).sort((a, b) => (a.name < b.name ? -1 : 1)),
  )
}

/** docs/exports.md. */
export function exportsPage(all: readonly PublicExport[] = publicExports()): string {
  const parts = Object.keys(publicEntries).flatMap((entry) => {
    const rows = all
      .filter((each) => each.entry === entry)
      .map(
        ({ name, isType, comment }) =>
          `| \`${name}\` | ${isType ? 'type' : 'value'} | ${comment.replaceAll('|', '\\|')} |`,
      )
    return [`## \`${entry}\``, '', '| export | | what it is |', '|---|---|---|', ...rows, '']
  })
  return [
    '# Exports',
    '',
    'Made from the comments of the sources by `npm run docs:exports`. [api.md](api.md) says how they go together,',
    '[options.md](options.md) has every option.',
    '',
    ...parts,
  ].join('\n')
}
