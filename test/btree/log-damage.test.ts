import { describe, expect, test } from 'vitest'
import type { BTreeOptions } from '../../src/btree/options.ts'
import { openOn, treeOn } from '../support/btree-harness.ts'
import { codeOf } from '../support/bytes-text.ts'
import { FaultDisk } from '../support/fault-store.ts'
import { ManualRuntime } from '../support/manual-runtime.ts'
import { diskOf, type Files, filesOf, flipped } from '../support/recovery-disk.ts'

/** A write: its key, which is its value too, and whether it is to be synced; or one that fails and so begins a new log. */
type Step = `${string} power` | `${string} process` | 'fails'

async function killed(steps: readonly Step[], options: BTreeOptions<'bytes'> = {}): Promise<Files> {
  const disk = new FaultDisk()
  const store = await openOn(disk, options)
  for (const step of steps) {
    if (step === 'fails') {
      disk.failNext('append', '.log', { error: 'EIO', afterBytes: 5 })
      expect(await codeOf(() => store.put('refused', 'x'))).toBe('IO')
      continue
    }
    const [key, durability] = step.split(' ') as [string, 'power' | 'process']
    await store.put(`key of ${key}`, `value of ${key}`, { durability })
  }
  const files = filesOf(disk.disk)
  await store.close()
  return files
}

/** The disk, with a byte changed in each of these places of logs: behind a text, or the n-th byte of the n-th log. */
function damaged(files: Files, ...places: (string | readonly [log: number, offset: number])[]): FaultDisk {
  const changed = new Map(files)
  const names = [...files.keys()].filter((name) => name.endsWith('.log')).sort()
  for (const place of places) {
    const isText = typeof place === 'string'
    const name = isText ? names.find((each) => Buffer.from(files.get(each)!).includes(place))! : names[place[0]]!
    const at = isText ? Buffer.from(files.get(name)!).lastIndexOf(place) : place[1]
    changed.set(name, flipped(changed.get(name)!, at))
  }
  return new FaultDisk(diskOf(changed))
}

function contents(...keys: string[]): string {
  return keys.map((key) => `key of ${key}=value of ${key}`).join(' ')
}

describe('damage to the log of a B-tree', () => {
  test('that may be a torn write takes that write away, and all behind it', async () => {
    const files = await killed(['a power', 'b process', 'c process'])
    expect(await treeOn(damaged(files))).toBe(contents('a', 'b', 'c'))
    expect(await treeOn(damaged(files, 'value of b'))).toBe(contents('a'))
  })

  test('is refused where a later record proves that it was durable', async () => {
    const files = await killed(['a power', 'b process', 'c process'])
    expect(await codeOf(() => treeOn(damaged(files, 'value of a')))).toBe('CORRUPTION')
  })

  test('is refused where the promise proves it that follows when nothing is written any more', async () => {
    const runtime = new ManualRuntime()
    const disk = new FaultDisk()
    const store = await openOn(disk, { runtime, syncIntervalMs: 50 })
    await store.put('key of a', 'value of a', { durability: 'process' })
    await runtime.advance(100)
    const files = filesOf(disk.disk)
    await store.close()
    expect(await treeOn(damaged(files))).toBe(contents('a'))
    expect(await codeOf(() => treeOn(damaged(files, 'value of a')))).toBe('CORRUPTION')
  })

  test('is refused where a later log proves it', async () => {
    const files = await killed(['a power', 'fails', 'b power', 'c process'])
    expect(await treeOn(damaged(files))).toBe(contents('a', 'b', 'c'))
    expect(await codeOf(() => treeOn(damaged(files, 'value of a')))).toBe('CORRUPTION')
  })

  test('is refused where a later log proves it behind damage of its own', async () => {
    const files = await killed(['a power', 'fails', 'b power', 'c process'])
    const link: readonly [number, number] = [1, 64 + 5]
    expect(await codeOf(() => treeOn(damaged(files, 'value of a', link)))).toBe('CORRUPTION')
  })

  test('may be a torn write where a later log promises nothing', async () => {
    const files = await killed(['a process', 'fails', 'b process'])
    expect(await treeOn(damaged(files))).toBe(contents('a', 'b'))
    expect(await treeOn(damaged(files, 'value of a'))).toBe('')
  })
})
