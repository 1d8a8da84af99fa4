import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectPath } from '../project.ts'
import { bundle } from './bundle.ts'
import { copyDeclarations } from './declarations.ts'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
  readonly [field: string]: unknown
}

const DOCUMENTS = ['README.md', 'LICENSE', 'CHANGELOG.md', 'ARCHITECTURE.md', 'DURABILITY.md', 'FORMAT.md', 'docs']
/** What concerns those who work on the project, not those who use it. */
const OWN_FIELDS = ['private', 'scripts', 'devDependencies', 'files']

function projectManifest(): Manifest {
  return JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as Manifest
}

/** The manifest as published: that of the project, with the joined modules in place of the compiled ones. */
function publishedManifest(): Manifest {
  const manifest = projectManifest()
  const fields = Object.entries(manifest).filter(([name]) => !OWN_FIELDS.includes(name))
  const exports = Object.entries(manifest.exports).map(([path, target]) => {
    if (typeof target === 'string') return [path, target]
    const name = path === '.' ? 'index' : path.slice('./'.length)
    const types = target.types.replace('./dist/src/', './dist/types/')
    return [path, { types, default: `./dist/${name}.js` }]
  })
  return { ...Object.fromEntries(fields), bin: { varve: 'dist/varve.js' }, exports: Object.fromEntries(exports) }
}

/** Makes the folder that is published, from what the compiler made, and returns its path. */
export async function makePackageFolder(target: string = projectPath('dist', 'package')): Promise<string> {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const name of DOCUMENTS) cpSync(projectPath(name), join(target, name), { recursive: true })
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(publishedManifest(), undefined, 2)}\n`)
  await bundle(join(target, 'dist'))
  const entries = Object.values(projectManifest().exports).flatMap((each) =>
    typeof each === 'string' ? [] : each.types,
  )
  const inside = entries.map((entry) => entry.replace('./dist/src/', ''))
  copyDeclarations(`${projectPath('dist', 'src')}/`, inside, join(target, 'dist', 'types'))
  return target
}
