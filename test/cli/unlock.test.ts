import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { open } from '../../src/index.ts'
import { runCli } from '../support/cli-run.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

describe('unlock', () => {
  let place = temporaryDirectory()
  let directory = ''
  const lockFile = (): string => join(directory, 'LOCK')
  const run = (...words: string[]) => runCli(['unlock', directory, ...words])

  beforeEach(async () => {
    place = temporaryDirectory()
    directory = join(place.directory, 'store')
    await (await open(directory)).close()
  })
  afterEach(() => place.remove())

  function lockedBy(holder: object): void {
    fs.writeFileSync(lockFile(), `${JSON.stringify({ since: 0, ...holder })}\n`)
  }

  test('removes the file of a process that is proven dead', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    lockedBy({ pid, host: hostname() })
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining(`named process ${pid}`), error: '' })
    expect(fs.existsSync(lockFile())).toBe(false)
    expect((await run()).out).toContain('Nobody holds the store')
    expect(JSON.parse((await run('--json')).out)).toEqual({ held: false, removed: false })
  })

  test.each([
    ['a process of another machine', { pid: 1, host: `not-${hostname()}` }],
    ['a process that lives', { pid: process.pid, host: hostname() }],
    ['nobody', { nonsense: true }],
  ])('where LOCK names %s, only --force removes it', async (_who, holder) => {
    lockedBy(holder)
    const { code, out, error } = await run()
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain('add --force')
    expect(fs.existsSync(lockFile())).toBe(true)
    expect(JSON.parse((await run('--force', '--json')).out)).toMatchObject({ held: false, removed: true })
    expect(fs.existsSync(lockFile())).toBe(false)
  })

  test('what LOCK names is shown without anything that a terminal obeys', async () => {
    lockedBy({ pid: 1, host: 'h\u001b[31m\nvarve: all is well' })
    const refused = await run()
    expect(refused.error).toContain('process 1 on h\\x1b[31m\\nvarve: all is well, of which')
    expect((await run('--force')).out).toContain('process 1 on h\\x1b[31m\\nvarve: all is well since')
  })

  test('a lock that is held is never taken away', async () => {
    const store = await open(directory)
    for (const words of [[], ['--force']]) {
      const { code, error } = await run(...words)
      expect([code, error]).toEqual([1, expect.stringContaining(`is held by process ${process.pid} on ${hostname()}`)])
    }
    expect(fs.existsSync(lockFile())).toBe(true)
    await store.put('still', 'open')
    await store.close()
  })

  test('what is no store is left alone', async () => {
    const other = join(place.directory, 'other')
    fs.mkdirSync(other)
    fs.writeFileSync(join(other, 'LOCK'), 'mine')
    expect((await runCli(['unlock', other, '--force'])).code).toBe(1)
    expect(fs.readFileSync(join(other, 'LOCK'), 'utf8')).toBe('mine')
  })
})
