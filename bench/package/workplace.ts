import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Run {
  readonly ok: boolean
  readonly output: string
  readonly milliseconds: number
}

/** Runs a program to its end; what it says on either stream is kept. */
export function run(directory: string, program: string, words: readonly string[], limitMs = 120_000): Run {
  const start = performance.now()
  const environment = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' }
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: directory,
    encoding: 'utf8',
    env: environment,
    timeout: limitMs,
    maxBuffer: 1 << 28,
  })
  const output = `${stdout ?? ''}${stderr ?? ''}${error === undefined ? '' : error.message}`
  return { ok: status === 0, output, milliseconds: Math.round(performance.now() - start) }
}

/** Empty folders outside the project, so that nothing of it can be found by looking upwards. */
export class Workplace {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), 'varve-package-')))

  /** A folder with the packages given in it, and no script of theirs run. */
  folder(name: string, packages: readonly string[]): string {
    const directory = join(this.root, name)
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n')
    if (packages.length > 0) this.add(directory, packages)
    return directory
  }

  add(directory: string, packages: readonly string[]): void {
    const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact']
    const { ok, output } = run(directory, 'npm', [...flags, ...packages], 600_000)
    if (!ok) throw new Error(`npm could not install ${packages.join(' ')}:\n${output}`)
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
