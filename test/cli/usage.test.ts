import { describe, expect, test } from 'vitest'
import { MemoryFileSystem, open } from '../../src/index.ts'
import { contentOf, runCli } from '../support/cli-run.ts'

describe('a command line that cannot be carried out is one clear line and exit code 2', () => {
  const refused: [words: string[], says: string][] = [
    [[], 'no command is given'],
    [['frob'], 'no command frob'],
    [['--frob'], 'no option --frob'],
    [['--prefix', 'a', 'scan', '/s'], 'there is no option --prefix: options go behind the command'],
    [['stat', '/s'], 'there is no command stat: did you mean stats?'],
    [['scan', '/s', '--reversed'], 'no option --reversed: did you mean --reverse?'],
    [['help', 'frob'], 'no command frob'],
    [['get'], '<directory> is missing'],
    [['get', '/s'], '<key> is missing'],
    [['get', '/s', 'a', 'b'], 'one argument too many'],
    [['get', '/s', '-x'], 'goes behind --'],
    [['get', '/s', 'xyz', '--encoding', 'hex'], 'the key is not hex'],
    [['get', '/s', 'YQ=', '--encoding', 'base64'], 'no such key'],
    [['scan', '/s', '--frob'], 'no option --frob'],
    [['scan', '/s', '--limit'], '--limit needs a value'],
    [['scan', '/s', '--limit', '1.5'], 'whole number'],
    [['scan', '/s', '--limit=-1'], 'whole number'],
    [['scan', '/s', '--limit', '1', '--limit', '2'], 'given twice'],
    [['scan', '/s', '--gte', '--lt', 'a'], '--gte=<key>'],
    [['scan', '/s', '--json=yes'], 'takes no value'],
    [['scan', '/s', '--encoding', 'latin1'], 'one of utf8, hex, base64'],
    [['scan', '/s', '--keys', '--values'], 'cannot both be given'],
    [['scan', ''], 'must be a path'],
    [['import', '/s', 'f', '--from-leveldb', 'g'], 'cannot both be given'],
    [['import', '/s'], 'nothing to import'],
    [['put', '/s', 'a'], '<value> is missing'],
    [['put', '/s', 'k'.repeat(65_537), 'v'], 'at most 64 KiB'],
    [['levels', '/b'], 'varve stats'],
    [['repair', '/b', '/c'], 'restore a backup'],
    [['repair', '/s', ''], 'target must be a path'],
    [['dump', '/s', 'LOCK'], 'dump reads'],
  ]
  test.each(refused.map(([words, says]) => [`${words.join(' ')}`.slice(0, 60), words, says] as const))(
    '%s',
    async (_name, words, says) => {
      const fileSystem = await twoStores()
      const { code, out, error } = await runCli(words, { fileSystem })
      const isUsage = says !== 'no such key'
      expect([code, out]).toEqual([isUsage ? 2 : 1, ''])
      expect(error).toContain(says)
      expect(error).toMatch(/^varve: .*\n$/)
      expect(error.split('\n')).toHaveLength(2)
    },
  )

  test('and nothing was written', async () => {
    const fileSystem = await twoStores()
    const before = contentOf(fileSystem, '/s')
    for (const [words] of refused) if (words[0] !== 'put') await runCli(words, { fileSystem })
    expect(contentOf(fileSystem, '/s')).toEqual(before)
  })

  test('control characters of what was typed do not reach the terminal', async () => {
    const { error } = await runCli(['\u001b[31mred\n'])
    expect(error).toContain('\\x1b[31mred\\n')
    expect(error).not.toContain('\u001b')
  })

  test('with --json it is a line of JSON', async () => {
    const fileSystem = await twoStores()
    for (const [line, says] of [
      ['scan /s --limit x --json', '--limit'],
      ['get /s a --raw --json', 'cannot both be given'],
    ] as const) {
      const { code, error } = await runCli(line, { fileSystem })
      expect(code).toBe(2)
      expect(JSON.parse(error)).toEqual({ error: { code: 'USAGE', message: expect.stringContaining(says) } })
    }
  })
})

describe('what is not there is exit code 1', () => {
  test.each([
    'scan',
    'count',
    'stats',
    'levels',
    'verify',
    'export',
    'compact',
    'dump',
    'unlock',
    'delete',
    'put',
    'import',
  ])('%s without a store, which is not made', async (command) => {
    const fileSystem = new MemoryFileSystem()
    const { code, error } = await runCli(
      [command, '/none', ...(command === 'delete' ? ['k'] : command === 'put' ? ['k', 'v'] : [])],
      {
        fileSystem,
        stdin: '',
      },
    )
    expect(code).toBe(1)
    expect(error).toMatch(/^varve: there is no store in \/none: .*\n$/)
    expect(fileSystem.status('/none')).toBeUndefined()
  })

  test('a key, a file in a directory of other files, and a store of the other kind', async () => {
    const fileSystem = await twoStores()
    expect(await runCli('get /s nothing', { fileSystem })).toMatchObject({
      code: 1,
      error: 'varve: there is no such key\n',
    })
    fileSystem.makeDirectory('/other')
    fileSystem.open('/other/notes.txt', 'create', 'other').close()
    const inOther = await runCli('put /other a 1 --create', { fileSystem })
    expect([inOther.code, inOther.error]).toEqual([1, expect.stringContaining('holds other files')])
    const otherKind = await runCli('put /s a 1 --create --kind btree', { fileSystem })
    expect([otherKind.code, otherKind.error]).toEqual([1, expect.stringContaining('another kind')])
    expect((await runCli('scan /other/notes.txt', { fileSystem })).code).toBe(1)
  })
})

async function twoStores(): Promise<MemoryFileSystem> {
  const fileSystem = new MemoryFileSystem()
  const store = await open('/s', { fileSystem })
  await store.put('b', '1')
  await store.close()
  const { code } = await runCli('put /b b 1 --create --kind btree', { fileSystem })
  expect(code).toBe(0)
  return fileSystem
}
