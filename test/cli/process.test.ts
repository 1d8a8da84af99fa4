import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectPath } from '../../bench/project.ts'
import { open } from '../../src/index.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

const program = projectPath('dist', 'src', 'cli', 'main.js')

describe('the program as a process', () => {
  const place = temporaryDirectory()
  const directory = join(place.directory, 'store')
  const varve = (...words: string[]) =>
    spawnSync(process.execPath, [program, ...words], { encoding: 'utf8', input: '' })
  const shell = (script: string) =>
    spawnSync('/bin/bash', ['-c', `set -o pipefail; varve() { "${process.execPath}" "${program}" "$@"; }; ${script}`], {
      encoding: 'utf8',
      cwd: place.directory,
    })

  beforeAll(async () => {
    const store = await open(directory)
    for (let i = 0; i < 20_000; i++) void store.put(`key ${10_000 + i}`, 'value '.repeat(20), { durability: 'none' })
    await store.close()
  })
  afterAll(() => place.remove())

  test('has the version of the package, and ends with the exit codes of the manual', () => {
    const { version } = JSON.parse(fs.readFileSync(projectPath('package.json'), 'utf8'))
    expect(varve('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
    expect(varve('count', directory)).toMatchObject({ status: 0, stdout: '20000\n', stderr: '' })
    expect(varve('get', directory, 'missing')).toMatchObject({ status: 1, stdout: '' })
    expect(varve('frob')).toMatchObject({ status: 2, stdout: '' })
  })

  test('a reader that goes away is no failure', () => {
    for (const command of ['scan store', 'export store', 'scan store --json --keys']) {
      const { status, stdout, stderr } = shell(`varve ${command} | head -n 1`)
      expect([status, stderr]).toEqual([0, ''])
      expect(stdout.split('\n')).toHaveLength(2)
    }
  })

  test('export and import make a pipe', () => {
    const { status, stdout, stderr } = shell(
      'varve export store | varve import copy --create && varve export copy | cmp - <(varve export store)',
    )
    expect([status, stdout, stderr]).toEqual([0, '20,000 entries imported\n', ''])
  })

  test('an output that cannot be written is one line and exit code 1', () => {
    if (!fs.existsSync('/dev/full')) return
    expect(shell('varve export store > /dev/full')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^varve: the output cannot be written: ENOSPC\n$/),
    })
  })

  test('a store whose writer was killed is read, verified and unlocked', async () => {
    const left = join(place.directory, 'killed')
    const script = `import { open } from ${JSON.stringify(projectPath('dist', 'src', 'index.js'))}
      const db = await open(process.argv[1], { memtableBytes: 65536 })
      for (let i = 0; ; i++) { await db.put('key ' + i, 'v'.repeat(100)); if (i === 2000) console.log('go') }`
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script, left], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await once(writer.stdout, 'data')
      const locked = varve('scan', left)
      const holder = `is open in process ${writer.pid} on `
      expect(locked).toMatchObject({ status: 1, stderr: expect.stringContaining(holder) })
      expect(varve('levels', left).status).toBe(0)
      expect(varve('unlock', left, '--force')).toMatchObject({ status: 1 })
    } finally {
      // It writes for ever.
      writer.kill('SIGKILL')
      await once(writer, 'exit')
    }

    const before = imageOf(left)
    expect(Number(varve('count', left).stdout)).toBeGreaterThan(2000)
    expect(varve('stats', left).stdout).toContain('was cut short')
    expect(varve('verify', left)).toMatchObject({ status: 0, stdout: expect.stringContaining('sound: ') })
    expect(varve('get', left, 'key 2000')).toMatchObject({ status: 0, stdout: `${'v'.repeat(100)}\n` })
    expect(imageOf(left)).toEqual(before)
    expect(varve('unlock', left)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`process ${writer.pid} `),
    })
    expect(varve('put', left, 'a', 'b').status).toBe(0)
  })

  test('a line that is no entry ends an import, though more may come', async () => {
    const target = join(place.directory, 'refused')
    const child = spawn(process.execPath, [program, 'import', target, '--create'], { stdio: 'pipe' })
    const error = textOf(child)
    // Standard input stays open: a command that waits for its end would never come to its own.
    child.stdin.write('{"key":"a","value":"1"}\nno entry\n')
    const waited = setTimeout(() => child.kill('SIGKILL'), 30_000)
    const [status] = await once(child, 'exit')
    clearTimeout(waited)
    expect([status, await error]).toEqual([
      1,
      expect.stringContaining('line 2: it is not JSON; 1 entry of this input was put: '),
    ])
  })

  test('SIGINT ends an import with its store closed, and what came so far in it', async () => {
    const target = join(place.directory, 'interrupted')
    const child = spawn(process.execPath, [program, 'import', target, '--create'], { stdio: 'pipe' })
    child.stdin.write(Array.from({ length: 3000 }, (_, i) => `{"key":"${i}","value":"1"}\n`).join(''))
    await until(() => fs.existsSync(join(target, 'CURRENT')))
    const error = textOf(child)
    child.kill('SIGINT')
    const [status] = await once(child, 'exit')
    expect([status, await error]).toEqual([
      130,
      expect.stringMatching(/^varve: interrupted: [\d,]+ entries of this input were put; /),
    ])
    expect(varve('stats', target).stdout).toContain('ended with a close')
  })

  test('SIGINT ends a command whose reader has stopped to read', async () => {
    const child = spawn(process.execPath, [program, 'export', directory], { stdio: ['ignore', 'pipe', 'pipe'] })
    const error = textOf(child)
    await once(child.stdout, 'readable')
    // Until the pipe is full, and the command waits.
    await new Promise((resolve) => setTimeout(resolve, 500))
    child.kill('SIGINT')
    const [status] = await once(child, 'exit')
    expect([status, await error]).toEqual([130, 'varve: interrupted\n'])
  })
})

/** Names and times of change of a directory's files. */
function imageOf(directory: string): string[] {
  return fs.readdirSync(directory).map((name) => `${name} ${fs.statSync(join(directory, name)).mtimeMs}`)
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stderr!) text += chunk
  return text
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}
