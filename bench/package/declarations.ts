import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const RELATIVE = /(?:from|import\()\s*['"](\.[^'"]+)['"]/g

/** The declaration files that those given lead to, themselves among them; paths as `entries` begin. */
function reachableDeclarations(entries: readonly string[]): string[] {
  const found = new Set<string>()
  const follow = (file: string): void => {
    if (found.has(file)) return
    found.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(RELATIVE)) {
      follow(join(dirname(file), path!.replace(/\.[jt]s$/, '.d.ts')))
    }
  }
  for (const entry of entries) follow(entry)
  return [...found]
}

/**
 * Copies them, at their places under `root`, to `target`. What no entry leads to is of no use to anybody's compiler.
 */
export function copyDeclarations(root: string, entries: readonly string[], target: string): void {
  for (const file of reachableDeclarations(entries.map((entry) => join(root, entry)))) {
    const place = join(target, file.slice(root.length))
    mkdirSync(dirname(place), { recursive: true })
    cpSync(file, place)
  }
}
