import { spawnSync } from 'node:child_process'
import { projectRoot } from './project.ts'

export const HOW_TO_INSTALL = 'db_bench is not here; on Debian: apt-get update && apt-get install -y rocksdb-tools'

/** Runs RocksDB's db_bench in the project's folder, and returns all that it printed. */
export function dbBenchOutput(given: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync('db_bench', given, {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (error !== undefined) throw new Error(`${HOW_TO_INSTALL} (${error.message})`)
  if (status !== 0) throw new Error(`db_bench ended with ${status}: ${stderr.slice(-500)}`)
  return `${stdout}\n${stderr}`
}
