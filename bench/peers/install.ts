import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { projectPath } from '../project.ts'

/**
 * The peers are no dependencies of the package: they are installed beside the benchmark, from its own lockfile, when it
 * first runs and whenever that has changed.
 */
export function installPeers(): void {
  const directory = projectPath('bench', 'peers')
  const installed = statSync(`${directory}/node_modules/.package-lock.json`, { throwIfNoEntry: false })
  if (installed !== undefined && installed.mtimeMs >= statSync(`${directory}/package-lock.json`).mtimeMs) return
  process.stderr.write('npm ci in bench/peers\n')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: directory, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('npm ci in bench/peers failed: the peers cannot be measured without it')
}
