import { readFileSync, writeFileSync } from 'node:fs'
import { projectPath } from '../../bench/project.ts'

/** What is known of a mutant: the case that catches it, or why nothing can. */
export type KnownMutant = { readonly caughtBy: string } | { readonly equivalent: string }

export type MutantList = Readonly<Record<string, KnownMutant>>

const path: string = projectPath('test', 'mutation', 'sites.json')

export function readMutants(): MutantList {
  return JSON.parse(readFileSync(path, 'utf8')) as MutantList
}

export function writeMutants(list: MutantList): void {
  writeFileSync(path, `${JSON.stringify(list, undefined, 2)}\n`)
}
