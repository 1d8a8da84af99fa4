import fs from 'node:fs'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open } from '../../src/index.ts'
import { runCli } from '../support/cli-run.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

describe('import --from-leveldb', () => {
  const place = temporaryDirectory()
  const source = join(place.directory, 'leveldb')
  const loadClassicLevel = () => import('classic-level')

  beforeAll(async () => {
    const database = new ClassicLevel(source)
    for (let i = 0; i < 1500; i++) await database.put(`key ${i}`, `value ${i}`)
    await database.put('k'.repeat(70_000), 'too long')
    await database.close()
  })
  afterAll(() => place.remove())

  test('copies every key that fits, and says what does not', async () => {
    const target = join(place.directory, 'target')
    const words = ['import', target, '--create', '--from-leveldb', source]
    const { code, out, error } = await runCli(words, { loadClassicLevel })
    expect([code, out]).toEqual([1, '1,500 entries imported\n'])
    expect(error).toBe('varve: left out a key of 70,000 bytes, more than a key may have\n')
    expect((await runCli(['get', target, 'key 1499'])).out).toBe('value 1499\n')
    expect((await runCli(['count', target])).out).toBe('1500\n')
  })

  test('a database that cannot be read to its end is named, with the code and never the words of LevelDB', async () => {
    const secret = Object.assign(new Error('Corruption: bad entry my-secret-key'), { code: 'LEVEL_CORRUPTION' })
    let isClosed = false
    class Damaged {
      #batches = [[[Buffer.from('a'), Buffer.from('1')]]]
      async open(): Promise<void> {}
      iterator = () => ({
        nextv: async () => {
          const batch = this.#batches.shift()
          if (batch === undefined) throw secret
          return batch
        },
      })
      async close(): Promise<void> {
        isClosed = true
      }
    }
    const module = { ClassicLevel: Damaged } as unknown as Awaited<ReturnType<typeof loadClassicLevel>>
    const words = ['import', join(place.directory, 'part'), '--create', '--from-leveldb', source]
    const { code, error } = await runCli(words, { loadClassicLevel: async () => module })
    expect([code, error]).toEqual([1, `varve: LevelDB cannot read all of ${source}: LEVEL_CORRUPTION\n`])
    expect(isClosed).toBe(true)
  })

  test('without classic-level is one clear line, and no store is made', async () => {
    const target = join(place.directory, 'missing')
    const { code, error } = await runCli(['import', target, '--create', '--from-leveldb', source])
    expect([code, error]).toEqual([2, expect.stringMatching(/^varve: .*npm install classic-level.*\n$/)])
    expect(fs.existsSync(target)).toBe(false)
  })

  test('what is no LevelDB database is not touched by LevelDB', async () => {
    const directory = join(place.directory, 'varve')
    const store = await open(directory)
    await store.put('a', '1')
    await store.close()
    const before = fs.readdirSync(directory).sort()
    for (const path of [directory, join(place.directory, 'nothing')]) {
      const words = ['import', join(place.directory, 'new'), '--create', '--from-leveldb', path]
      const { code, error } = await runCli(words, { loadClassicLevel })
      expect([code, error]).toEqual([1, expect.stringContaining('there is no LevelDB database')])
    }
    expect(fs.readdirSync(directory).sort()).toEqual(before)
    expect(fs.existsSync(join(place.directory, 'nothing'))).toBe(false)
  })

  test('a LevelDB database is told from a store, with the way to copy it', async () => {
    const target = join(place.directory, 'repaired')
    for (const words of [
      ['scan', source],
      ['repair', source, target],
    ]) {
      const { code, error } = await runCli(words)
      expect([code, error]).toEqual([1, expect.stringContaining(`--from-leveldb ${source}`)])
    }
    expect(fs.existsSync(target)).toBe(false)
  })
})
