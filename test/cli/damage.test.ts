import { describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/btree.ts'
import { MemoryFileSystem, open } from '../../src/index.ts'
import { contentOf, damage, runCli } from '../support/cli-run.ts'

const READERS = ['get /s key-5', 'scan /s', 'count /s', 'stats /s', 'levels /s', 'verify /s', 'export /s', 'dump /s']

/** A store whose process was killed in the middle of its life, with tables and a log. */
async function leftBehind(): Promise<MemoryFileSystem> {
  const fileSystem = new MemoryFileSystem()
  const store = await open('/s', { fileSystem, blockBytes: 128 })
  for (let i = 0; i < 100; i++) await store.put(`key-${i}`, `value ${i}`)
  await store.flush()
  await store.put('key-5', 'newer')
  return fileSystem.killed()
}

describe('a store that a killed process left behind', () => {
  test.each(READERS)('%s works, and writes nothing', async (line) => {
    const fileSystem = await leftBehind()
    const before = contentOf(fileSystem, '/s')
    for (const json of ['', ' --json']) {
      const { code, out, error } = await runCli(line + json, { fileSystem })
      expect([code, error]).toEqual([0, ''])
      expect(out).not.toBe('')
    }
    expect(contentOf(fileSystem, '/s')).toEqual(before)
  })

  test('a B-tree too, byte for byte as it was', async () => {
    const disk = new MemoryFileSystem()
    const tree = await openBTree('/s', { fileSystem: disk, checkpointLogBytes: 4096 })
    for (let i = 0; i < 300; i++) await tree.put(`key-${i}`, `value ${i}`)
    const fileSystem = disk.killed()
    await tree.close()
    const before = contentOf(fileSystem, '/s')
    for (const line of READERS.filter((each) => each !== 'levels /s')) {
      const { code, out, error } = await runCli(line, { fileSystem })
      expect([line, code, error]).toEqual([line, 0, ''])
      expect(out).not.toBe('')
    }
    expect((await runCli('count /s', { fileSystem })).out).toBe('300\n')
    expect(contentOf(fileSystem, '/s')).toEqual(before)
  })

  test('is read with its last write, and stats say how it ended', async () => {
    const fileSystem = await leftBehind()
    expect((await runCli('get /s key-5', { fileSystem })).out).toBe('newer\n')
    const { out } = await runCli('stats /s', { fileSystem })
    expect(out).toContain('was cut short')
    expect(out).toMatch(/in logs +1 write, in 1 log, that no table holds yet\n/)
    expect((await runCli('verify /s', { fileSystem })).out).toContain('100 entries in tables and 1 write in logs')
    expect((await runCli('put /s a 1', { fileSystem })).code).toBe(0)
    expect((await runCli('stats /s', { fileSystem })).out).toContain('ended with a close')
    expect((await runCli('count /s', { fileSystem })).out).toBe('101\n')
  })

  test('a torn end is left out, told on standard error, and no failure', async () => {
    const fileSystem = await leftBehind()
    const log = fileSystem
      .list('/s')
      .filter((name) => name.endsWith('.wal'))
      .sort()
      .at(-1)!
    const file = fileSystem.open(`/s/${log}`, 'write', 'other')
    file.truncateSync(file.sizeSync() - 3)
    file.close()
    const { code, out, error } = await runCli('get /s key-5', { fileSystem })
    expect([code, out]).toEqual([0, 'value 5\n'])
    expect(error).toMatch(/^varve: \d+ bytes of the log are left out: /)
    for (const code of ['EPIPE', 'ENOSPC']) {
      const errorFailure = Object.assign(new Error('nobody hears it'), { code })
      const unheard = await runCli('get /s key-5', { fileSystem, errorFailure })
      expect([unheard.code, unheard.out]).toEqual([0, 'value 5\n'])
      expect((await runCli('get /s missing', { fileSystem, errorFailure })).code).toBe(1)
    }
    const dumped = await runCli(`dump /s ${log}`, { fileSystem })
    expect([dumped.code, dumped.out]).toEqual([0, expect.stringContaining('torn or damaged')])
  })
})

describe('a damaged store is exit code 1, with the file and what to do', () => {
  async function damagedTable(): Promise<{ fileSystem: MemoryFileSystem; table: string }> {
    const fileSystem = await leftBehind()
    const table = fileSystem.list('/s').find((name) => name.endsWith('.sst'))!
    damage(fileSystem, `/s/${table}`, 200)
    return { fileSystem, table }
  }

  test.each(['scan /s', 'count /s', 'export /s'])('%s', async (line) => {
    const { fileSystem, table } = await damagedTable()
    const { code, error } = await runCli(line, { fileSystem })
    expect(code).toBe(1)
    expect(error).toContain(table)
    expect(error).toContain('To do: restore a backup, or build a new store from what is left: varve repair /s ')
    expect(JSON.parse((await runCli(`${line} --json`, { fileSystem })).error)).toMatchObject({
      error: { code: 'CORRUPTION', file: `/s/${table}`, advice: expect.stringContaining('varve repair') },
    })
  })

  test('verify says so by its exit code also where its reader has gone', async () => {
    const outFailure = Object.assign(new Error('the reader has gone'), { code: 'EPIPE' })
    const verify = async (fileSystem: MemoryFileSystem): Promise<unknown> => {
      const { code, error } = await runCli('verify /s', { fileSystem, outFailure })
      return [code, error]
    }
    expect(await verify(await leftBehind())).toEqual([0, ''])
    expect(await verify((await damagedTable()).fileSystem)).toEqual([1, ''])
  })

  test('verify lists it, repair goes on, dump shows the place', async () => {
    const { fileSystem, table } = await damagedTable()
    const verified = await runCli('verify /s', { fileSystem })
    expect([verified.code, verified.error]).toEqual([1, ''])
    expect(verified.out).toMatch(new RegExp(`^${table} at byte \\d+: a block does not match its checksum\n`))
    expect(verified.out).toContain('varve repair /s <new directory>')
    expect(JSON.parse((await runCli('verify /s --json', { fileSystem })).out)).toMatchObject({
      isSound: false,
      problems: [{ file: `/s/${table}` }],
    })
    const dumped = await runCli(`dump /s ${table}`, { fileSystem })
    expect([dumped.code, dumped.out]).toEqual([1, expect.stringMatching(/^@\d+ DAMAGE: .* checksum$/m)])

    const repaired = await runCli('repair /s /new', { fileSystem })
    expect(repaired.code).toBe(1)
    expect(repaired.out).toContain(`${table}: used in part`)
    expect(repaired.out).toContain('incomplete: ')
    expect((await runCli('verify /new', { fileSystem })).code).toBe(0)
    expect((await runCli('get /new key-5', { fileSystem })).out).toBe('newer\n')
    expect(await runCli('repair /s /new', { fileSystem })).toMatchObject({ code: 1 })
  })

  test('an opening that fails says once what to do, and what was found', async () => {
    const fileSystem = await leftBehind()
    const manifest = fileSystem.list('/s').find((name) => name.startsWith('MANIFEST'))!
    damage(fileSystem, `/s/${manifest}`, 70)
    const { code, error } = await runCli('scan /s', { fileSystem })
    expect(code).toBe(1)
    expect(error).toMatch(new RegExp(`^varve: .* in /s/${manifest}\nTo do: restore a backup, .*\n$`))
    const { out } = await runCli('repair /s /new', { fileSystem })
    expect(out).toContain('no manifest said which files count')
    expect(out).toContain('a later log follows it, and it is not there')
  })

  test('a damaged footer: verify finds it, and repair says that no entry is lost by it', async () => {
    const fileSystem = await leftBehind()
    const table = fileSystem.list('/s').find((name) => name.endsWith('.sst'))!
    damage(fileSystem, `/s/${table}`, fileSystem.status(`/s/${table}`)!.size - 5)
    const verified = await runCli('verify /s', { fileSystem })
    expect([verified.code, verified.error]).toEqual([1, ''])
    expect(verified.out).toMatch(new RegExp(`^${table}`))
    const repaired = await runCli('repair /s /new', { fileSystem })
    expect(repaired.code).toBe(0)
    expect(repaired.out).toMatch(/could not be read: .* \(no entry is lost by that\)\n/)
  })

  test('after the repair of a torn end: that the store opens as it is', async () => {
    const fileSystem = await leftBehind()
    const log = fileSystem
      .list('/s')
      .find((name) => name.endsWith('.wal') && fileSystem.status(`/s/${name}`)!.size > 100)
    const file = fileSystem.open(`/s/${log}`, 'write', 'other')
    file.truncateSync(file.sizeSync() - 3)
    file.close()
    expect((await runCli('repair /s /new', { fileSystem })).out).toContain('/s opens as it is')
    const table = fileSystem.list('/s').find((name) => name.endsWith('.sst'))!
    damage(fileSystem, `/s/${table}`, 200)
    const { out } = await runCli('repair /s /newer', { fileSystem })
    expect(out).not.toContain('opens as it is')
    expect(out).toContain('Look it over before you use it')
  })

  test('a table without its index: dump still finds the blocks', async () => {
    const fileSystem = await leftBehind()
    const table = fileSystem.list('/s').find((name) => name.endsWith('.sst'))!
    const whole = (await runCli(`dump /s ${table}`, { fileSystem })).out.split('\n')
    const last = /@(\d+) block of \d+ entries, ([\d,]+) bytes/.exec(
      whole.filter((line) => line.startsWith('@')).at(-1)!,
    )!
    // The block index lies behind the last block.
    damage(fileSystem, `/s/${table}`, Number(last[1]) + Number(last[2]) + 3)
    const { code, out } = await runCli(`dump /s ${table}`, { fileSystem })
    expect(code).toBe(1)
    expect(out).toContain('DAMAGE')
    const puts = (lines: string[]): string[] => lines.filter((line) => line.includes(' put '))
    expect(puts(out.split('\n'))).toEqual(puts(whole))
  })

  test('a repair that loses nothing is exit code 0', async () => {
    const fileSystem = await leftBehind()
    fileSystem.unlinkSync('/s/CURRENT')
    const refused = await runCli('scan /s', { fileSystem })
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('CURRENT')])
    expect((await runCli('put /s a 1 --create', { fileSystem })).code).toBe(1)
    const { code, out } = await runCli('repair /s /new --json', { fileSystem })
    const report = JSON.parse(out)
    expect(report).toMatchObject({ entries: 100, unreadableBytes: 0 })
    expect(code).toBe(report.complete ? 0 : 1)
  })

  test('a damaged manifest: levels and dump name the file', async () => {
    const fileSystem = await leftBehind()
    const manifest = fileSystem.list('/s').find((name) => name.startsWith('MANIFEST'))!
    damage(fileSystem, `/s/${manifest}`, 70)
    for (const line of ['levels /s', 'stats /s', 'put /s a 1']) {
      const { code, error } = await runCli(line, { fileSystem })
      expect([code, error]).toEqual([1, expect.stringContaining(manifest)])
    }
    expect(await runCli(`dump /s ${manifest}`, { fileSystem })).toMatchObject({ code: 1 })
  })

  test('a B-tree without its checkpoint is damaged, not missing, and none is made in its place', async () => {
    const fileSystem = new MemoryFileSystem()
    await runCli('put /b a 1 --create --kind btree', { fileSystem })
    fileSystem.unlinkSync('/b/CHECKPOINT')
    const before = contentOf(fileSystem, '/b')
    for (const line of ['scan /b', 'put /b a 1', 'put /b a 1 --create', 'put /b a 1 --create --kind btree']) {
      const { code, error } = await runCli(line, { fileSystem })
      expect([code, error]).toEqual([1, expect.stringContaining('a B-tree cannot be repaired')])
    }
    expect(contentOf(fileSystem, '/b')).toEqual(before)
  })
})
