import { posix } from 'node:path'
import { importTable } from './import-table.ts'

const maxLines = 250

/** What only one room may use, and what nobody may. */
const banned: readonly { readonly pattern: RegExp; readonly allowedIn?: string; readonly instead: string }[] = [
  {
    pattern: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bhrtime\b/,
    allowedIn: 'runtime',
    instead: 'Runtime.now',
  },
  { pattern: /\bMath\.random\b|\brandomBytes\b|\bgetRandomValues\b/, allowedIn: 'runtime', instead: 'Runtime.random' },
  { pattern: /\bset(Timeout|Immediate|Interval)\b/, allowedIn: 'runtime', instead: 'Runtime.timer, sleep or yield' },
  { pattern: /\bconsole\./, allowedIn: 'cli', instead: 'the logger' },
  { pattern: /['"](node:)?fs(\/promises)?['"]/, allowedIn: 'fs', instead: 'FileSystem' },
]

const crowdedNames = new Set(['utils', 'util', 'types', 'common', 'helpers', 'misc'])

interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

/** Everything that a source file under `src` does against the rules of the house; `path` is relative to `src`, with slashes. */
export function violations(path: string, source: string): string[] {
  const room = roomOf(path)
  const code = withoutComments(source)
  const found: string[] = []
  const lines = source.split('\n').length - (source.endsWith('\n') ? 1 : 0)
  if (lines > maxLines) found.push(`${lines} lines: split it, ${maxLines} are allowed`)
  if (crowdedNames.has(posix.basename(path).split('.')[0]!))
    found.push('a name that says nothing: name the one thing it holds')
  if (/\b(TODO|FIXME|XXX)\b/.test(source)) found.push('something is left to do')
  for (const { pattern, allowedIn, instead } of banned) {
    const use = pattern.exec(code)
    if (use !== null && room !== allowedIn) found.push(`uses ${use[0]}: use ${instead}`)
  }
  if (/\bimport\(\s*[^'"\s]/.test(code)) found.push('imports a computed name: nobody can check that')
  if (importTable[room] === undefined) found.push(`the room ${room} is not in the import table`)
  else for (const wanted of importsOf(code)) if (!isAllowed(path, room, wanted)) found.push(refusal(path, room, wanted))
  return found.map((rule) => `${path}: ${rule}`)
}

/** The room of a file: its folder, or the folder in it where the table names that, or the name of a file that stands alone. */
export function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  if (importTable[`${first}/${second}`] !== undefined) return `${first}/${second}`
  return first.replace(/\.ts$/, '')
}

/** Static, dynamic and re-exporting imports, `import('x').T` in types, and what `createRequire` is asked for. */
export function importsOf(code: string): Import[] {
  const found: Import[] = []
  const statement = /^\s*(?:import|export)\s+(type\s+)?((?:[\w$*{},\s]+?)\s*from\s*)?['"]([^'"]+)['"]/gm
  for (const [, type, clause = '', specifier = ''] of code.matchAll(statement)) {
    const names = /^\{([^}]*)\}\s*from/.exec(clause)?.[1]?.split(',') ?? []
    const named = names.map((name) => name.trim()).filter((name) => name !== '')
    const typeOnly = type !== undefined || (named.length > 0 && named.every((name) => name.startsWith('type ')))
    found.push({ specifier, typeOnly })
  }
  for (const [, specifier = ''] of code.matchAll(/\b(?:import|require\w*(?:\.resolve)?)\(\s*['"]([^'"]+)['"]/g)) {
    found.push({ specifier, typeOnly: false })
  }
  return found
}

function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return roomOf(posix.join(posix.dirname(path), specifier))
  if (specifier.startsWith('node:')) return specifier
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
}

function isAllowed(path: string, room: string, { specifier, typeOnly }: Import): boolean {
  const target = targetOf(path, specifier)
  const allowed = importTable[room] ?? []
  if (target === room || target === 'errors' || allowed.includes(target)) return true
  return typeOnly && allowed.includes(`(${target})`)
}

function refusal(path: string, room: string, { specifier, typeOnly }: Import): string {
  const target = targetOf(path, specifier)
  return `${room} may not import ${typeOnly ? 'even types of ' : ''}${target} ('${specifier}')`
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}
