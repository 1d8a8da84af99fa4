import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectPath } from '../project.ts'
import { complaint, type Finding } from './finding.ts'
import { run, type Workplace } from './workplace.ts'

const STRICT = ['--strict', '--exactOptionalPropertyTypes', '--target', 'es2023', '--lib', 'es2023,esnext.disposable']
const RESOLUTIONS = {
  nodenext: ['--module', 'nodenext'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
} as const

/**
 * The examples, from TypeScript of the oldest version that the README names and of today's; the package's declarations
 * are checked, too.
 */
export function typeFindings(place: Workplace, tarball: string, versions: readonly string[]): Finding[] {
  const sources = readdirSync(projectPath('examples'))
  return versions.flatMap((version) => {
    const packages = [`typescript@${version}`, '@types/node@20.19.43', 'fast-check@4.10.2', tarball]
    const directory = place.folder(`typescript-${version}`, packages)
    for (const name of sources) copyFileSync(projectPath('examples', name), join(directory, name))
    return Object.entries(RESOLUTIONS).map(([resolution, flags]): Finding => {
      const words = ['node_modules/typescript/bin/tsc', ...STRICT, ...flags, '--types', 'node', '--noEmit', ...sources]
      const result = run(directory, process.execPath, words)
      return { check: `TypeScript ${version}, ${resolution}`, ok: result.ok, what: complaint(result) }
    })
  })
}

const FROM_ESM = `import { open } from 'varve'
import { VarveLevel } from 'varve/level'
import { openBTree } from 'varve/btree'
import { SimulatedFileSystem } from 'varve/testing'
for (const each of [open, VarveLevel, openBTree, SimulatedFileSystem]) if (typeof each !== 'function') throw each
`
const FROM_REQUIRE = FROM_ESM.replaceAll(/import (\{.*\}) from ('.*')/g, 'const $1 = require($2)')

/** From JavaScript, by import and by require, and the quick start and the command as a newcomer runs them. */
export function javaScriptFindings(consumer: string): Finding[] {
  const work = join(consumer, 'work')
  mkdirSync(work, { recursive: true })
  writeFileSync(join(consumer, 'esm.mjs'), FROM_ESM)
  writeFileSync(join(consumer, 'required.cjs'), FROM_REQUIRE)
  copyFileSync(projectPath('dist', 'examples', 'quick-start.js'), join(consumer, 'quick-start.mjs'))
  const program = join(consumer, 'node_modules', '.bin', 'varve')
  const runs: [check: string, program: string, words: string[]][] = [
    ['import of every entry', process.execPath, ['../esm.mjs']],
    ['require of every entry', process.execPath, ['--no-warnings', '../required.cjs']],
    ['the quick start', process.execPath, ['../quick-start.mjs']],
    ['the command: get', program, ['get', 'my-store', 'user:2']],
    ['the command: verify', program, ['verify', 'my-store', '--json']],
  ]
  return runs.map(([check, path, words]) => {
    const result = run(work, path, words)
    return { check, ok: result.ok, what: complaint(result) }
  })
}
