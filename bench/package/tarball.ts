import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { atMost, type Finding } from './finding.ts'
import { makePackageFolder } from './package-folder.ts'
import { run, type Workplace } from './workplace.ts'

const PACKED_BYTES_MAX = 500_000
const DEPENDENCIES = 2

/** Packs what would be published, and returns the path of the tarball. */
export async function pack(place: Workplace): Promise<string> {
  const folder = await makePackageFolder()
  const { ok, output } = run(folder, 'npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place.root])
  const name = /"filename": "([^"]+)"/.exec(output)?.[1]
  if (!ok || name === undefined) throw new Error(output)
  return join(place.root, name)
}

interface LockedPackage {
  readonly dependencies?: object
  readonly hasInstallScript?: boolean
}

/** Installs it where there is nothing else, and looks at what came with it. */
export function installFindings(tarball: string, consumer: string): Finding[] {
  const lock = JSON.parse(readFileSync(join(consumer, 'package-lock.json'), 'utf8'))
  const packages = Object.entries(lock.packages as Record<string, LockedPackage>).filter(([path]) => path !== '')
  const direct = Object.keys(packages.find(([path]) => path === 'node_modules/varve')?.[1].dependencies ?? {})
  const withScripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)
  return [
    atMost('packed size', Math.round(statSync(tarball).size / 1000), PACKED_BYTES_MAX / 1000, 'kB'),
    { check: 'runtime dependencies', ok: direct.length === DEPENDENCIES, what: direct.join(', ') },
    { check: 'install scripts of them all', ok: withScripts.length === 0, what: withScripts.join(', ') || 'none' },
    { check: 'packages that an installation brings', ok: true, what: `${packages.length}` },
  ]
}
