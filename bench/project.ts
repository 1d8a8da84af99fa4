import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory)
  return directory
}

/** The project's folder, from the sources and from dist alike. */
export const projectRoot: string = findRoot()

/** An absolute path in the project's folder. */
export function projectPath(...parts: string[]): string {
  return join(projectRoot, ...parts)
}

/**
 * Makes an empty folder data/scratch/<name>, which git ignores, and returns its path; what an earlier run left there
 * is removed.
 */
export function freshScratch(name: string): string {
  const directory = projectPath('data', 'scratch', name)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  return directory
}
