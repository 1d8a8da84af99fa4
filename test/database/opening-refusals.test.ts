import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/open-btree.ts'
import { destroy, open } from '../../src/database/open.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

let place: ReturnType<typeof temporaryDirectory>
let directory: string
const children: ChildProcess[] = []
beforeEach(() => {
  place = temporaryDirectory()
  directory = join(place.directory, 'store')
})
afterEach(async () => {
  for (const child of children.splice(0)) await ended(child)
  place.remove()
})

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

/** A process that holds the store. */
async function holder(): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('../support/recovery-holder.js', import.meta.url))
  const child = spawn(process.execPath, [program, directory], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout!, 'data')
  return child
}

function tree(): Record<string, string> {
  if (!fs.existsSync(directory)) return {}
  const names = fs.readdirSync(directory).sort()
  return Object.fromEntries(names.map((name) => [name, fs.readFileSync(join(directory, name), 'latin1')]))
}

describe('a path that cannot hold a store', () => {
  test('because it is a file, is refused by every way to open it, and left as it is', async () => {
    fs.writeFileSync(directory, 'mine')
    for (const call of [() => open(directory), () => open(directory, { readOnly: true }), () => destroy(directory)]) {
      await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', file: directory })
    }
    await expect(open(join(directory, 'below'))).rejects.toMatchObject({ name: 'VarveError' })
    expect(fs.readFileSync(directory, 'utf8')).toBe('mine')
  })

  test('because it is missing and must not be made, stays missing', async () => {
    for (const options of [{ createIfMissing: false }, { readOnly: true }]) {
      await expect(open(directory, options)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    expect(fs.existsSync(directory)).toBe(false)
    fs.mkdirSync(directory)
    for (const options of [{ createIfMissing: false }, { readOnly: true }]) {
      await expect(open(directory, options)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    expect(tree()).toEqual({})
  })

  test("because it holds someone else's files, is not written to, not even a lock", async () => {
    fs.mkdirSync(directory)
    fs.writeFileSync(join(directory, 'letter.txt'), 'mine')
    fs.writeFileSync(join(directory, '12.sst'), 'not a name of ours')
    const before = tree()
    for (const options of [{}, { errorIfExists: true }, { createIfMissing: false }, { readOnly: true }]) {
      await expect(open(directory, options)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/choose an empty directory/),
      })
    }
    expect(tree()).toEqual(before)
  })

  test('because its path is none, is refused', async () => {
    for (const path of [undefined, null, 7, {}, '', 'a\0b'] as never[]) {
      await expect(open(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
      await expect(destroy(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
  })
})

describe('a store that is held', () => {
  test('by this process is refused, however its path is spelled, and goes on', async () => {
    const store = await open(directory)
    const link = join(place.directory, 'link')
    fs.symlinkSync(directory, link)
    const before = tree()
    for (const path of [directory, `${directory}/`, join(directory, '..', 'store'), link]) {
      for (const call of [() => open(path), () => open(path, { readOnly: true }), () => destroy(path)]) {
        await expect(call()).rejects.toMatchObject({
          code: 'LOCKED',
          message: expect.stringContaining(`${process.pid}`),
        })
      }
    }
    expect(tree()).toEqual(before)
    await store.put('a', '1')
    await store.close()
    const again = await open(link)
    expect(await again.get('a', { encoding: 'utf8' })).toBe('1')
    await again.close()
  })

  test('by another process names that one; when it is killed, nobody has to clean up', async () => {
    const child = await holder()
    const before = tree()
    for (const call of [() => open(directory), () => open(directory, { readOnly: true }), () => destroy(directory)]) {
      await expect(call()).rejects.toMatchObject({
        code: 'LOCKED',
        message: expect.stringMatching(new RegExp(`process ${child.pid}\\b.*(close|wait)`, 'i')),
      })
    }
    expect(tree()).toEqual(before)
    await ended(child)
    const store = await open(directory)
    expect(await store.get('held', { encoding: 'utf8' })).toBe('x')
    expect(store.recovery.clean).toBe(false)
    await store.close()
  })
})

test('a signal that has fired, or fires while it opens, ends the opening and nothing else', async () => {
  await expect(open(directory, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
  expect(fs.existsSync(directory)).toBe(false)
  const controller = new AbortController()
  const opening = open(directory, { signal: controller.signal })
  controller.abort(new Error('too slow'))
  await expect(opening).rejects.toMatchObject({
    code: 'ABORTED',
    cause: expect.objectContaining({ message: 'too slow' }),
  })
  const late = new AbortController()
  const store = await open(directory, { signal: late.signal })
  late.abort()
  await store.put('a', '1')
  await store.close()
})

test('options out of bounds are refused before anything is touched', async () => {
  const bad: Record<string, readonly unknown[]> = {
    memtableBytes: [255, 2 ** 30 + 1, 1000.5, Number.NaN, '4096', null],
    blockBytes: [63, 2 ** 20 + 1],
    filterBitsPerKey: [-1, 33],
    compression: ['zstd', ''],
    recovery: ['salvage', true],
    compaction: [{}, 'leveled', null],
    maxOpenFiles: [7, -1, Number.POSITIVE_INFINITY],
    syncIntervalMs: [-1, 3_600_001],
    createIfMissing: [1, 'yes'],
    fileSystem: [{}, 7],
    runtime: [{ now: () => 0 }],
    logger: [{ info: () => {} }],
    signal: [{ aborted: false }],
    unknown: [1],
  }
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      await expect(open(directory, { [name]: value })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(name),
      })
    }
  }
  expect(fs.existsSync(directory)).toBe(false)
})

test('a directory of the other engine is refused by the name of what opens it, and destroy leaves a B-tree as it is', async () => {
  const tree = join(place.directory, 'tree')
  for (const db of [await openBTree(tree), await open(directory)]) {
    await db.put('a', '1')
    await db.close()
  }
  const names = fs.readdirSync(tree).filter((name) => name !== 'LOCK')
  await expect(open(tree)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('openBTree()'),
  })
  await expect(openBTree(directory)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/use open\(\)/),
  })
  await destroy(tree)
  expect(fs.readdirSync(tree)).toEqual(names)
})
