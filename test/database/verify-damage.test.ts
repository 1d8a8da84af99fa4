import { beforeEach, expect, test } from 'vitest'
import type { VarveError } from '../../src/errors.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import type { KeyValueStore, VerifyReport } from '../../src/kv-store/kv-store.ts'
import { filesOf, flipped, nameLike, openOn, putFile, STORE } from '../support/recovery-disk.ts'

const OPTIONS = { blockBytes: 128, filterBitsPerKey: 0 }

/** One table of some 200 blocks of about 130 bytes. */
let disk: MemoryFileSystem
let name: string
let bytes: Uint8Array
beforeEach(async () => {
  disk = new MemoryFileSystem()
  const store = await openOn(disk, OPTIONS)
  for (let i = 1000; i < 2000; i++) await store.put(`key ${i}`, `${i}`.repeat(4), { durability: 'none' })
  await store.flush()
  await store.close()
  const files = filesOf(disk)
  name = nameLike(files, /\.sst$/)
  bytes = files.get(name)!
})

async function problemsOf(store: KeyValueStore<'utf8'>): Promise<VerifyReport['problems']> {
  const error: VarveError = await store.verify().then(
    () => expect.fail('nothing was found'),
    (reason) => reason,
  )
  expect(error.code).toBe('CORRUPTION')
  return error.report!.problems
}

for (const readOnly of [false, true]) {
  const kind = readOnly ? 'a read-only store' : 'a store'
  test(`verify of ${kind} goes on behind a damaged block, and has the place of each`, async () => {
    const places = [250, 251, 3000, 9000]
    putFile(
      disk,
      name,
      places.reduce((spoilt, at) => flipped(spoilt, at), bytes),
    )
    const store = await openOn(disk, { ...OPTIONS, readOnly })
    const problems = await problemsOf(store)
    expect(problems.map(({ file }) => file)).toEqual(new Array(3).fill(`${STORE}/${name}`))
    for (const [i, at] of [250, 3000, 9000].entries()) {
      expect(problems[i]!.offset).toBeGreaterThan(at - 250)
      expect(problems[i]!.offset).toBeLessThanOrEqual(at)
    }
    await store.close()
  })

  test(`verify of ${kind} finds a damaged footer, and reads of its table only fail`, async () => {
    putFile(disk, name, flipped(bytes, bytes.length - 5))
    const store = await openOn(disk, { ...OPTIONS, readOnly })
    for (let times = 0; times < 2; times++) {
      expect(() => store.getSync('key 1500')).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
    }
    expect(store.getSync('other')).toBeUndefined()
    expect(await problemsOf(store)).toMatchObject([{ file: `${STORE}/${name}` }])
    await store.close()
  })
}

test('of one file a hundred problems are listed, and the others counted', async () => {
  const spoilt = bytes.slice()
  for (let at = 0; at < 18_000; at += 60) spoilt[at]! ^= 1
  putFile(disk, name, spoilt)
  const store = await openOn(disk, OPTIONS)
  const problems = await problemsOf(store)
  expect(problems).toHaveLength(101)
  expect(new Set(problems.map(({ offset }) => offset)).size).toBe(101)
  expect(problems[100]).toEqual({ file: `${STORE}/${name}`, what: expect.stringMatching(/^and \d+ more/) })
  await store.close()
})

test('verify of a read-only store tells a writer that went on from damage', async () => {
  const reader = await openOn(disk, { ...OPTIONS, readOnly: true })
  const writer = await openOn(disk, OPTIONS)
  await writer.put('key 1500', 'changed')
  await writer.compact()
  expect(reader.getSync('key 1500')).toBe('1500'.repeat(4))
  await expect(reader.verify()).rejects.toMatchObject({ code: 'CONFLICT', file: STORE })
  await writer.close()
  await reader.close()

  const alone = await openOn(disk, { ...OPTIONS, readOnly: true })
  disk.unlinkSync(`${STORE}/${nameLike(filesOf(disk), /\.sst$/)}`)
  expect((await problemsOf(alone)).length).toBeGreaterThan(0)
  await alone.close()
})

test('damage that a merge meets suspends the store, which says how to go on', async () => {
  const store = await openOn(disk, OPTIONS)
  await store.put('key 1500', 'changed')
  await store.flush()
  putFile(disk, name, flipped(bytes, 3000))
  await expect(store.compact()).rejects.toMatchObject({ code: 'CORRUPTION' })
  const refused = {
    code: 'CORRUPTION',
    message: expect.stringMatching(/no write is taken: see to it, then resume\(\)$/),
  }
  await expect(store.put('a', '1')).rejects.toMatchObject(refused)
  await store.resume()
  await store.put('a', '2')
  expect(store.getSync('a')).toBe('2')
  await store.close().catch(() => {})
})
