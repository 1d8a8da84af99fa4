import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VarveError } from '../../src/errors.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { diskOf, type Files, filesOf, flipped, openOn, STORE } from '../support/recovery-disk.ts'
import { repaired } from '../support/repair-place.ts'
import { entriesInFile, type SeenEntry } from '../support/store-file-entries.ts'

type Step = { readonly kind: 'put' | 'delete' | 'flush' | 'compact' | 'reopen'; readonly key: number }
type Damage = {
  readonly kind: 'flip' | 'cut' | 'zero' | 'delete' | 'swap' | 'copy'
  readonly file: number
  readonly other: number
  readonly at: number
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('put', 'put', 'put', 'put', 'put', 'delete', 'delete', 'flush', 'compact', 'reopen'),
    key: fc.nat(12),
  }),
  { minLength: 10, maxLength: 60 },
)
const damages = fc.array(
  fc.record<Damage>({
    kind: fc.constantFrom('flip', 'flip', 'flip', 'cut', 'zero', 'delete', 'swap', 'copy'),
    file: fc.nat(20),
    other: fc.nat(20),
    at: fc.nat(5000),
  }),
  { maxLength: 4 },
)

/** The files of a store that went these steps; the k-th write has the sequence k and the value k. */
async function build(plan: readonly Step[], isClosed: boolean): Promise<Files> {
  const disk = new MemoryFileSystem()
  const options = { memtableBytes: 1000, blockBytes: 64, syncIntervalMs: 3_600_000 } as const
  let store = await openOn(disk, options)
  let sequence = 0
  for (const { kind, key } of plan) {
    if (kind === 'put') await store.put(`key ${key}`, `${++sequence}`, { durability: 'process' })
    else if (kind === 'delete') sequence = await store.delete(`key ${key}`, { durability: 'process' })
    else if (kind === 'flush') await store.flush()
    else if (kind === 'compact') await store.compact()
    else {
      await store.close()
      store = await openOn(disk, options)
    }
  }
  const files = filesOf(disk)
  await store.close()
  return isClosed ? filesOf(disk) : files
}

const kindOf = (name: string): string => (name.startsWith('MANIFEST') ? 'manifest' : (name.split('.')[1] ?? name))

/**
 * Applies the damages and returns the names of the files whose content is still there, whole, under whatever name of
 * its kind.
 */
function spoil(files: Files, plan: readonly Damage[]): Set<string> {
  /** By name, whose content is there now; none once that is damaged. */
  const contentOf = new Map<string, string | undefined>([...files.keys()].map((name) => [name, name]))
  for (const { kind, file, other, at } of plan) {
    const names = [...files.keys()]
    const name = names[file % names.length]
    const second = names[other % names.length]
    if (name === undefined || second === undefined || name === second) continue
    const bytes = files.get(name)!
    const content = contentOf.get(name)
    const isAlike = kindOf(name) === kindOf(second)
    if (kind === 'swap') {
      files.set(name, files.get(second)!)
      files.set(second, bytes)
      contentOf.set(name, isAlike ? contentOf.get(second) : undefined)
      contentOf.set(second, isAlike ? content : undefined)
    } else if (kind === 'copy') {
      files.set(second, bytes)
      contentOf.set(second, isAlike ? content : undefined)
    } else {
      contentOf.set(name, undefined)
      const offset = at % (bytes.length + 1)
      if (kind === 'delete') files.delete(name)
      else if (kind === 'cut') files.set(name, bytes.slice(0, offset))
      else if (kind === 'zero') files.set(name, bytes.slice().fill(0, offset, offset + 64))
      else if (bytes.length > 0) files.set(name, flipped(bytes, at % bytes.length, 1 << (at % 8)))
    }
  }
  return new Set([...contentOf.values()].filter((name) => name !== undefined))
}

test('whatever is damaged, repair makes a sound store of what was written, and of every file that is whole', async () => {
  let incomplete = 0
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), damages, async (plan, isClosed, damage) => {
      const files = await build(plan, isClosed)
      const before = new Map(files)
      const whole = spoil(files, damage)
      const written = new Map<string, Set<string>>()
      /** The last delete of each key. */
      const deleted = new Map<string, number>()
      const newest = new Map<string, SeenEntry>()
      let sequence = 0
      for (const { kind, key } of plan) {
        if (kind !== 'put' && kind !== 'delete') continue
        sequence++
        if (kind === 'delete') deleted.set(`key ${key}`, sequence)
        if (kind === 'put') written.set(`key ${key}`, (written.get(`key ${key}`) ?? new Set()).add(`${sequence}`))
      }
      for (const name of whole) {
        for (const entry of entriesInFile(diskOf(before), `${STORE}/${name}`)) {
          if (entry.sequence > (newest.get(entry.key)?.sequence ?? 0)) newest.set(entry.key, entry)
        }
      }
      let result: Awaited<ReturnType<typeof repaired>>
      try {
        result = await repaired(diskOf(files))
      } catch (error) {
        if (error instanceof VarveError && error.code === 'NOT_FOUND') return expect(files.size).toBe(0)
        // Nothing is left that proves it a store: damage, or another database's files?
        if (error instanceof VarveError && error.code === 'UNSUPPORTED_FORMAT') {
          expect([...whole].filter((name) => name !== 'LOCK')).toEqual([])
          return
        }
        throw error
      }
      const { report, contents } = result
      for (const [key, value] of Object.entries(contents)) expect(written.get(key)).toContain(value)
      for (const [key, entry] of newest) {
        if (entry.isDelete) expect(Number(contents[key] ?? Number.POSITIVE_INFINITY)).toBeGreaterThan(entry.sequence)
        else if (contents[key] !== undefined) expect(Number(contents[key])).toBeGreaterThanOrEqual(entry.sequence)
        else expect(deleted.get(key) ?? 0).toBeGreaterThan(entry.sequence)
      }
      if (report.complete) {
        const store = await openOn(diskOf(before), { readOnly: true })
        expect(contents).toEqual(Object.fromEntries(store.scan().allSync()))
        await store.close()
      } else incomplete++
    }),
    { seed: 1, numRuns: 250 },
  )
  expect(incomplete).toBeGreaterThan(50)
})
