import { describe, expect, test } from 'vitest'
import { MemoryFileSystem, open } from '../../src/index.ts'
import { runCli } from '../support/cli-run.ts'

async function twoLives(): Promise<MemoryFileSystem> {
  const fileSystem = new MemoryFileSystem()
  const first = await open('/s', { fileSystem })
  await first.batch([
    { type: 'put', key: 'a', value: 'one' },
    { type: 'put', key: 'b\u001b', value: new Uint8Array([255]) },
  ])
  await first.flush()
  await first.delete('a')
  await first.close()
  return fileSystem
}

async function records(fileSystem: MemoryFileSystem, line: string): Promise<Record<string, unknown>[]> {
  const { code, out } = await runCli(`${line} --json`, { fileSystem })
  expect(code).toBe(0)
  return out
    .split('\n')
    .slice(0, -1)
    .map((each) => JSON.parse(each))
}

function nameOf(fileSystem: MemoryFileSystem, end: RegExp): string {
  return fileSystem
    .list('/s')
    .sort()
    .filter((name) => end.test(name))
    .at(-1)!
}

describe('dump', () => {
  test('of a log has every operation, and how it was framed', async () => {
    const fileSystem = await twoLives()
    const log = nameOf(fileSystem, /wal$/)
    const items = await records(fileSystem, `dump /s ${log} --values`)
    const types = items.map(({ type }) => type)
    expect(types[0]).toBe('header')
    expect(types.at(-1)).toBe('seal')
    expect(items.find(({ type }) => type === 'delete')).toEqual({ type: 'delete', sequence: 3, key: 'a' })
    const text = (await runCli(`dump /s ${log}`, { fileSystem })).out
    expect(text).toContain('group of 1 operation from sequence 3')
    expect(text).toContain('    3 delete a\n')
    expect(text).toContain('seal: last sequence 3')
  })

  test('of a table has every entry; values only where they are asked for', async () => {
    const fileSystem = await twoLives()
    const table = nameOf(fileSystem, /sst$/)
    expect((await records(fileSystem, `dump /s ${table} --values`)).slice(2)).toEqual([
      { type: 'put', sequence: 1, key: 'a', value: 'one' },
      { type: 'put', sequence: 2, key: 'b\u001b', value64: '/w==' },
    ])
    const [head, block, first] = await records(fileSystem, `dump /s ${table}`)
    expect(head).toMatchObject({ type: 'table', blocks: 1, properties: { entries: 2, smallest: 'a' } })
    expect(block).toMatchObject({ type: 'block', offset: 0, entries: 2 })
    expect(first).toEqual({ type: 'put', sequence: 1, key: 'a', valueBytes: 3 })
    const text = (await runCli(`dump /s ${table} --values`, { fileSystem })).out
    expect(text).toContain('    2 put b\\x1b = \\xff\n')
    expect((await runCli(`dump /s/${table} --values`, { fileSystem })).out).toBe(text)
  })

  test('of a manifest has the edits that made and moved the tables', async () => {
    const fileSystem = await twoLives()
    const manifest = nameOf(fileSystem, /^MANIFEST/)
    const table = nameOf(fileSystem, /sst$/)
    const edits = (await records(fileSystem, `dump /s ${manifest}`)).filter(({ type }) => type === 'edit')
    const added = edits.flatMap(({ edit }) => (edit as { added?: { smallest: string }[] }).added ?? [])
    expect(added).toMatchObject([{ smallest: 'a', largest: 'b\u001b', entries: 2 }])
    const text = (await runCli(`dump /s ${manifest}`, { fileSystem })).out
    expect(text).toContain(`    added ${table}: level 0, run `)
    expect(text).toContain('    clean {')
    expect((await runCli('dump /s CURRENT', { fileSystem })).out).toBe(`the manifest in force is ${manifest}\n`)
  })

  test('without a file lists them; works beside a process that has the store open', async () => {
    const fileSystem = await twoLives()
    const store = await open('/s', { fileSystem })
    await store.put('c', 'd')
    const list = await records(fileSystem, 'dump /s')
    expect(list.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['log', 'table', 'manifest', 'current']))
    for (const { name, kind } of list) {
      if (kind !== undefined) expect((await runCli(`dump /s ${name}`, { fileSystem })).code).toBe(0)
    }
    const { code, out } = await runCli('levels /s', { fileSystem })
    expect([code, out]).toEqual([0, expect.stringContaining('1 table,')])
    const refused = await runCli('scan /s', { fileSystem })
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining(`is open in process ${process.pid} on `)])
    await store.close()
  })

  test("of a B-tree's log, and of a file that opening kept in lost/", async () => {
    const fileSystem = await twoLives()
    await runCli('put /b a 1 --create --kind btree', { fileSystem })
    const listed = (await runCli('dump /b', { fileSystem })).out
    expect(listed).toMatch(/^CHECKPOINT +checkpoint /m)
    expect(listed).toMatch(/^pages +pages /m)
    expect((await runCli('compact /b', { fileSystem })).out).toMatch(/^before: a tree with .*\nafter: {2}a tree with /)
    const tree = await (await import('../../src/btree/btree.ts')).openBTree('/b', { fileSystem })
    await tree.put('x', 'y')
    const log = fileSystem.list('/b').find((name) => name.endsWith('.log'))!
    expect((await runCli(`dump /b ${log}`, { fileSystem })).out).toContain('changes of pages')
    await tree.close()

    const store = await open('/s', { fileSystem })
    await store.put('k', 'v')
    const left = fileSystem.killed()
    const last = nameOf(left, /wal$/)
    const file = left.open(`/s/${last}`, 'write', 'other')
    file.truncateSync(file.sizeSync() - 1)
    file.close()
    await (await open('/s', { fileSystem: left })).close()
    const [lost] = (await records(left, 'dump /s')).filter(({ name }) => String(name).startsWith('lost/'))
    expect((await runCli(`dump /s ${lost!['name']}`, { fileSystem: left })).out).toContain('torn or damaged')
    await store.close()
  })
})
