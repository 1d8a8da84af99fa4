import { describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/btree.ts'
import { MemoryFileSystem, open } from '../../src/index.ts'
import { type CliResult, runCli } from '../support/cli-run.ts'

test('a put that waits for its value can be interrupted', async () => {
  const fileSystem = new MemoryFileSystem()
  const interruption = new AbortController()
  let isWaiting = true
  const stdin = (async function* () {
    setImmediate(() => interruption.abort())
    await new Promise((resolve) => setTimeout(resolve, 500))
    isWaiting = false
    yield Buffer.from('late')
  })()
  const { code, error } = await runCli('put /s a --create', { fileSystem, stdin, signal: interruption.signal })
  expect([code, error, isWaiting]).toEqual([130, 'varve: interrupted\n', true])
  expect(fileSystem.status('/s')).toBeUndefined()
})

describe.each(['lsm', 'btree'])('on a store of kind %s', (kind) => {
  async function filled(): Promise<(line: string | string[], stdin?: string | Uint8Array) => Promise<CliResult>> {
    const fileSystem = new MemoryFileSystem()
    const run = (line: string | string[], stdin?: string | Uint8Array): Promise<CliResult> =>
      runCli(line, { fileSystem, ...(stdin === undefined ? {} : { stdin }) })
    const lines = ['a', 'b1', 'b2', 'c'].map((key) => `{"key":"${key}","value":"v-${key}"}\n`).join('')
    expect((await run(`import /s --create --kind ${kind}`, lines)).code).toBe(0)
    return run
  }

  test('what was put is got, and what was deleted is not', async () => {
    const run = await filled()
    expect(await run('put /s a new')).toMatchObject({ code: 0, out: 'put, with a value of 3 bytes\n', error: '' })
    expect(await run('get /s a')).toMatchObject({ code: 0, out: 'new\n' })
    expect((await run('get /s a --json')).out).toBe('{"key":"a","value":"new"}\n')
    expect((await run('delete /s a')).out).toBe('deleted\n')
    expect(await run('delete /s a')).toMatchObject({ code: 0, out: 'it was not there\n' })
    expect(JSON.parse((await run('delete /s b1 --json')).out)).toEqual({ existed: true })
    expect((await run('get /s a')).code).toBe(1)
    expect((await run('count /s')).out).toBe('2\n')
  })

  test('values come from standard input byte for byte, and go out raw', async () => {
    const run = await filled()
    const bytes = Uint8Array.of(0, 0xff, 10, 13, 27, 0x80)
    expect((await run('put /s x', bytes)).code).toBe(0)
    expect([...(await run('get /s x --raw')).outBytes]).toEqual([...bytes])
    expect((await run('get /s x')).out).toBe('\\x00\\xff\\n\\r\\x1b\\x80\n')
    expect((await run('get /s 78 --encoding hex')).out).toBe('00ff0a0d1b80\n')
    expect((await run('get /s eA== --encoding base64 --json')).out).toBe('{"key64":"eA==","value64":"AP8KDRuA"}\n')
    expect((await run('put /s y', '')).code).toBe(0)
    expect((await run('get /s y')).out).toBe('\n')
    expect((await run(['put', '/s', '--', '-z', '--value'])).code).toBe(0)
    expect((await run(['get', '/s', '--', '-z'])).out).toBe('--value\n')
  })

  test('a scan shows the range that was asked for', async () => {
    const run = await filled()
    const keys = async (options: string): Promise<string[]> =>
      (await run(`scan /s --keys ${options}`)).out.split('\n').slice(0, -1)
    expect((await run('scan /s')).out).toBe('a\tv-a\nb1\tv-b1\nb2\tv-b2\nc\tv-c\n')
    expect((await run('scan /s --values --limit 1')).out).toBe('v-a\n')
    expect(await keys('--prefix b')).toEqual(['b1', 'b2'])
    expect(await keys('--gte b1 --lt c')).toEqual(['b1', 'b2'])
    expect(await keys('--gt b1 --lte c')).toEqual(['b2', 'c'])
    expect(await keys('--reverse --limit 2')).toEqual(['c', 'b2'])
    expect(await keys('--limit 0')).toEqual([])
    expect(await keys('--encoding hex --gt 6231')).toEqual(['6232', '63'])
    expect((await run('scan /s --json --keys --lt b')).out).toBe('{"key":"a"}\n')
    expect((await run('scan /s --json --values --lt 62 --encoding hex')).out).toBe('{"valueHex":"762d61"}\n')
    expect((await run('count /s --prefix b')).out).toBe('2\n')
    expect(JSON.parse((await run('count /s --json')).out)).toEqual({ count: 4 })
  })

  test('stats of a store that was never written to speaks of no end', async () => {
    const fileSystem = new MemoryFileSystem()
    const store = await (kind === 'lsm' ? open : openBTree)('/s', { fileSystem })
    await store.close()
    expect((await runCli('stats /s', { fileSystem })).out).toMatch(/lives +0: nothing has been written yet\n/)
  })

  test('verify, compact and stats say so in words and in JSON', async () => {
    const run = await filled()
    expect((await run('compact /s')).code).toBe(0)
    expect(JSON.parse((await run('compact /s --json')).out)).toHaveProperty('after.tables', 1)
    expect((await run('verify /s')).out).toMatch(/^sound: \d+ files, .*, 4 entries/)
    expect(JSON.parse((await run('verify /s --json')).out)).toMatchObject({ isSound: true, problems: [], entries: 4 })
    expect((await run('stats /s')).out).toMatch(/ended with a close\n/)
    expect(JSON.parse((await run('stats /s --json')).out)).toMatchObject({
      kind,
      directory: '/s',
      recovery: { clean: true },
      statistics: { sequence: 4 },
    })
  })
})
