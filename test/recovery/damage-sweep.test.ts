import { beforeAll, describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { HEADER_BYTES } from '../../src/wal/format.ts'
import { diskOf, type Files, filesOf, openOn, recovered } from '../support/recovery-disk.ts'
import { damages, type MayLose, newTally, probe, type States, type Tally } from '../support/recovery-sweep.ts'

const BITS = [1, 2, 4, 8, 16, 32, 64, 128]
const OPTIONS = { memtableBytes: 700, syncIntervalMs: 3_600_000 }

/** Two tables and a sealed log. */
let clean: Files
/** Killed with two tables and three logs and one made ahead. The last promises all up to `f`; nothing promises the puts of `g` and `h`. */
let killed: Files
const CLEAN = { a: '1', b: '2', c: '33', d: '4' }
const SYNCED = { ...CLEAN, e: '5'.repeat(300), f: '6' }
const TAIL: States = [SYNCED, { ...SYNCED, g: '7' }, { ...SYNCED, g: '7', h: '8' }]
const E = { ...CLEAN, e: SYNCED.e }
/** Every state that the killed store went through. */
const LIFE: States = [CLEAN, E, { ...E, x: 'x'.repeat(500) }, ...TAIL]

beforeAll(async () => {
  const disk = new MemoryFileSystem()
  const store = await openOn(disk, OPTIONS)
  await store.batch([
    { type: 'put', key: 'a', value: '1' },
    { type: 'put', key: 'c', value: '3' },
  ])
  await store.flush()
  await store.batch([
    { type: 'put', key: 'b', value: '2' },
    { type: 'put', key: 'c', value: '33' },
  ])
  await store.flush()
  await store.put('d', '4')
  await store.close()
  clean = filesOf(disk)
  const again = await openOn(disk, OPTIONS)
  again.putSync('e', '5'.repeat(300))
  // No turn of the event loop from here on: the flush of the first memtable does not begin.
  again.putSync('x', 'x'.repeat(500), { durability: 'process' })
  again.deleteSync('x', { durability: 'process' })
  again.putSync('f', '6')
  again.putSync('g', '7', { durability: 'process' })
  again.putSync('h', '8', { durability: 'process' })
  killed = filesOf(disk)
  await again.close()
})

/** The logs that hold anything, oldest first. */
const logsOf = (files: Files): string[] =>
  [...files.keys()].filter((name) => name.endsWith('.wal') && files.get(name)!.length > HEADER_BYTES)

const madeAhead = (files: Files): string[] =>
  [...files.keys()].filter((name) => name.endsWith('.wal') && files.get(name)!.length === HEADER_BYTES)

const never: MayLose = () => false
const always: MayLose = () => true
const isTold: MayLose = ({ droppedBytes, droppedReason }) => droppedBytes > 0 && droppedReason !== undefined

async function sweep(
  files: Files,
  name: string,
  excuse: (what: string) => { readonly states: States; readonly mayLose: MayLose },
): Promise<Tally> {
  const tally = newTally()
  for (const [what, damaged] of damages(files.get(name)!, BITS)) {
    const { states, mayLose } = excuse(what)
    try {
      await probe(new Map([...files, [name, damaged]]), states, mayLose, tally)
    } catch (cause) {
      throw new Error(`${name}, ${what}: ${(cause as Error).message}`, { cause })
    }
  }
  return tally
}

/** One flipped bit leaves all promises but one. Cuts and zeros may take them along, and a cut between records even looks like no damage. */
function excuseOf(what: string): { readonly states: States; readonly mayLose: MayLose } {
  if (what.startsWith('byte')) return { states: TAIL, mayLose: isTold }
  return { states: LIFE, mayLose: what.startsWith('cut') ? always : isTold }
}

test('the stores are as small as they should be, and right', async () => {
  for (const files of [clean, killed]) for (const bytes of files.values()) expect(bytes.length).toBeLessThan(4096)
  expect([...clean.keys()].map((name) => name.replace(/\d+/, '')).sort()).toEqual([
    '.sst',
    '.sst',
    '.wal',
    'CURRENT',
    'MANIFEST-',
  ])
  expect(logsOf(killed)).toHaveLength(3)
  expect(madeAhead(killed)).toHaveLength(1)
  expect((await recovered(diskOf(clean))).contents).toEqual(CLEAN)
  expect((await recovered(diskOf(killed))).contents).toEqual(LIFE.at(-1))
})

describe('a closed store answers rightly or not at all, whatever bit, byte or end of a file is damaged:', () => {
  for (const pattern of [/\.sst$/, /\.wal$/, /^MANIFEST/, /^CURRENT/]) {
    test(String(pattern), async () => {
      for (const name of [...clean.keys()].filter((each) => pattern.test(each))) {
        const tally = await sweep(clean, name, () => ({ states: [CLEAN], mayLose: never }))
        expect(tally.shorter).toBe(0)
        expect(tally.refused + tally.told).toBeGreaterThan(tally.harmless)
      }
    })
  }
})

describe('a killed store loses only its un-promised tail, and says so, whatever is damaged:', () => {
  for (const pattern of [/\.wal$/, /^MANIFEST/, /^CURRENT/]) {
    test(String(pattern), async () => {
      for (const name of [...killed.keys()].filter((each) => pattern.test(each))) {
        const tally = await sweep(killed, name, excuseOf)
        if (madeAhead(killed).includes(name)) expect(tally).toMatchObject({ refused: 0, told: 0, shorter: 0 })
        else expect(tally.refused + tally.told).toBeGreaterThan(0)
      }
    })
  }
})

describe('files that are missing or swapped', () => {
  test('are noticed, except for the last log of a killed store, of which nothing knows, and one that was made ahead', async () => {
    for (const files of [clean, killed]) {
      const tally = newTally()
      const states = files === clean ? [CLEAN] : LIFE
      for (const name of files.keys()) {
        const without = new Map(files)
        without.delete(name)
        const mayLose = files === killed && name === logsOf(files).at(-1) ? always : never
        await probe(without, states, mayLose, tally)
        for (const other of files.keys()) {
          if (other <= name) continue
          const swapped = new Map([...files, [name, files.get(other)!], [other, files.get(name)!]] as const)
          await probe(swapped, states, never, tally)
        }
      }
      const isKilled = files === killed ? 1 : 0
      expect(tally).toMatchObject({ harmless: isKilled, shorter: isKilled })
    }
  })
})

test('what a LOCK file says decides nothing', async () => {
  const tally = newTally()
  for (const text of ['', 'junk', '{"pid":1,"host":"x","since":0}', '\0'.repeat(5000)]) {
    await probe(new Map([...clean, ['LOCK', new TextEncoder().encode(text)]]), [CLEAN], never, tally)
  }
  expect(tally).toEqual({ ...newTally(), harmless: 4 })
})
