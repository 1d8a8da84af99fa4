import { mkdirSync, writeFileSync } from 'node:fs'
import { projectPath } from './project.ts'
import { provenance } from './provenance.ts'

/** Writes a result, with where it comes from, to data/results/<name>.json. */
export function saveResult(name: string, result: object): void {
  mkdirSync(projectPath('data', 'results'), { recursive: true })
  const text = JSON.stringify({ ...provenance(), ...result }, undefined, 2)
  writeFileSync(projectPath('data', 'results', `${name}.json`), `${text}\n`)
}
