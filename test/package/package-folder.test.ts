import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePackageFolder } from '../../bench/package/package-folder.ts'
import { projectPath } from '../../bench/project.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

describe('the folder that is published', () => {
  const place = temporaryDirectory()
  // Inside the project, so that the dependencies are found.
  const folder = projectPath('dist', 'package-under-test')
  let files: string[]
  beforeAll(async () => {
    await makePackageFolder(folder)
    files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  })
  afterAll(() => {
    place.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  test('holds what users need, and nothing else', () => {
    const top = new Set(files.map((file) => file.split(/[/\\]/)[0]))
    expect([...top].sort()).toEqual(
      'ARCHITECTURE.md CHANGELOG.md DURABILITY.md FORMAT.md LICENSE README.md dist docs package.json'.split(' '),
    )
    expect(files.filter((file) => /\.map$|\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([])
  })

  test('has two runtime dependencies, pinned, and no script that an installation would run', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    expect(Object.values(manifest.dependencies)).toEqual(['3.1.1', '3.0.4'])
    for (const field of ['scripts', 'devDependencies', 'private']) expect(manifest).not.toHaveProperty(field)
    const targets = [...Object.values(manifest.bin), ...Object.values(manifest.exports)].flatMap((each) =>
      typeof each === 'string' ? each : Object.values(each as object),
    )
    expect(targets).toHaveLength(10)
    for (const target of targets) expect(existsSync(join(folder, target)), target).toBe(true)
  })

  test('has every declaration that its declarations import', () => {
    for (const file of files.filter((name) => name.endsWith('.d.ts'))) {
      const source = readFileSync(join(folder, file), 'utf8')
      for (const [, path] of source.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
        expect(existsSync(join(folder, file, '..', path!.replace(/\.[jt]s$/, '.d.ts'))), `${file}: ${path}`).toBe(true)
      }
    }
  })

  test('has every file that its documents link to', () => {
    const documents = files.filter((name) => name.endsWith('.md'))
    expect(documents.length).toBeGreaterThan(10)
    const dead = documents.flatMap((document) =>
      [...readFileSync(join(folder, document), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)]
        .filter(([, path]) => !existsSync(join(folder, document, '..', path!)))
        .map(([, path]) => `${document}: ${path}`),
    )
    expect(dead).toEqual([])
  })

  test('works by import and by require, flushes in threads, and has the command', () => {
    const entry = (name: string): string => JSON.stringify(join(folder, 'dist', `${name}.js`))
    const program = `const { open } = require(${entry('index')}); require(${entry('level')})
      import(${entry('btree')}).then(async ({ openBTree }) => {
        const store = await open('store', { background: 'threads', memtableBytes: 65536 })
        for (let i = 0; i < 3000; i++) void store.put('key ' + i, 'value '.repeat(20), { durability: 'none' })
        await store.compact(); await store.close(); await (await openBTree('tree')).close()
      })`
    const options = { cwd: place.directory, encoding: 'utf8' } as const
    const made = spawnSync(process.execPath, ['--no-warnings', '--eval', program], options)
    expect([made.status, made.stderr]).toEqual([0, ''])
    const counted = spawnSync(process.execPath, [join(folder, 'dist', 'varve.js'), 'count', 'store'], options)
    expect([counted.status, counted.stdout, counted.stderr]).toEqual([0, '3000\n', ''])
  })
})
