import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { projectPath } from '../../project.ts'

const load = createRequire(projectPath('bench', 'peers', 'package.json'))

/** A package of bench/peers/node_modules, which the compiled files do not lie beside. */
export function peerModule<T>(name: string): T {
  return load(name) as T
}

export function peerVersion(name: string): string {
  const path = projectPath('bench', 'peers', 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
