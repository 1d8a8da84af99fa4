import { describe, expect, test } from 'vitest'
import { keySpan, treePicture } from '../../src/cli/tree-picture.ts'
import { leveled, MemoryFileSystem, open, sizeTiered, timeWindow } from '../../src/index.ts'
import { runCli } from '../support/cli-run.ts'
import { tableEntry } from '../support/table-entries.ts'

describe('the picture of the tree', () => {
  test('draws each run over the keys, newest first', () => {
    const run = (number: number, ...keys: [string, string][]) => {
      const tables = keys.map(([smallest, largest], i) =>
        tableEntry({
          number: 10 * number + i,
          run: number,
          smallest: Buffer.from(smallest),
          largest: Buffer.from(largest),
          bytes: 1024,
        }),
      )
      return { number, tables, bytes: 1024 * tables.length }
    }
    const levels = [
      { runs: [run(3, ['b', 'c']), run(2, ['a', 'b'])], bytes: 2048 },
      { runs: [], bytes: 0 },
      { runs: [run(1, ['a', 'b'], ['c', 'd'])], bytes: 2048 },
    ]
    const picture = treePicture(levels, 36 + 8)
    expect(picture.map((line) => line.split('│')[0]!.trim().split(/ +/))).toEqual([
      ['L0', '1', 'table', '1.00', 'KiB'],
      ['1', 'table', '1.00', 'KiB'],
      ['L2', '2', 'tables', '2.00', 'KiB'],
    ])
    const drawn = picture.map((line) => line.split('│')[1])
    expect(drawn).toEqual(['  ████  ', '███     ', '███  ▓▓▓'])
    expect(Buffer.from(keySpan(levels)!.last).toString()).toBe('d')
  })

  test('of a store without tables, and of one with many runs', async () => {
    const fileSystem = new MemoryFileSystem()
    const store = await open('/s', { fileSystem, compaction: timeWindow({ mergeWidth: 64 }) })
    expect((await runCli('levels /s', { fileSystem })).out).toContain('no tables yet')
    for (let i = 0; i < 20; i++) {
      await store.put(`k${i}`, 'v')
      await store.flush()
    }
    await store.close()
    const { out } = await runCli('levels /s', { fileSystem })
    expect(out).toContain('made with time-window')
    expect(out).toContain('and 8 more runs')
    const { levels, strategy } = JSON.parse((await runCli('levels /s --json', { fileSystem })).out)
    expect([strategy, levels[0].runs.length, levels[0].runs[0].tables[0].smallest]).toEqual(['time-window', 20, 'k19'])
  })
})

describe("a write by the command leaves a store's tables as its application has them", () => {
  test.each([
    ['leveled', leveled()],
    ['size-tiered', sizeTiered()],
    ['time-window', timeWindow({ mergeWidth: 64 })],
  ])('made with %s', async (name, compaction) => {
    const fileSystem = new MemoryFileSystem()
    const store = await open('/s', { fileSystem, compaction, compression: 'deflate' })
    for (let i = 0; i < (name === 'time-window' ? 20 : 3); i++) {
      await store.put(`k${i}`, 'v'.repeat(100))
      await store.flush()
    }
    await store.close()
    const tables = (): Promise<string> =>
      runCli('levels /s --json', { fileSystem }).then(({ out }) => JSON.parse(out).levels)
    const before = await tables()
    expect((await runCli('put /s a b', { fileSystem })).code).toBe(0)
    expect(await tables()).toEqual(before)
    expect((await runCli('compact /s', { fileSystem })).code).toBe(0)
    const runs = JSON.parse(JSON.stringify(await tables())).flatMap(({ runs }: { runs: unknown[] }) => runs)
    expect(runs).toHaveLength(name === 'time-window' ? 21 : 1)
    expect(JSON.stringify(runs)).toContain('"codec":"deflate"')
  })
})
