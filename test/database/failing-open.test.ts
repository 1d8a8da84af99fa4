import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.ts'
import { VarveError } from '../../src/errors.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { nodeFileSystem } from '../../src/fs/node-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { HandleCounter, isChange } from '../support/recovery-calls.ts'
import { diskOf, type Files, filesOf, openOn, recovered, STORE, textOf } from '../support/recovery-disk.ts'
import { CONTENTS, smallStores } from '../support/recovery-stores.ts'

const ERRORS = ['EIO', 'EACCES', 'EMFILE', 'ENOSPC'] as const

/** Opens with each single call failing in turn; returns how often opening failed. */
async function failEachCall(
  diskFor: () => MemoryFileSystem,
  error: (typeof ERRORS)[number],
  after: (disk: MemoryFileSystem, index: number) => Promise<void>,
  readOnly = false,
): Promise<number> {
  let failures = 0
  for (let index = 0; ; index++) {
    const disk = diskFor()
    const counter = new HandleCounter(disk)
    const faulty = new FaultyFileSystem(counter.fileSystem, (call) => (call.index === index ? { error } : undefined))
    let thrown: unknown
    const store = await openOn(faulty, { readOnly }).catch((caught: unknown) => {
      thrown = caught
      return undefined
    })
    const isOver = faulty.calls.length <= index
    await store?.close()
    if (store === undefined) {
      failures++
      expect(thrown, `call ${index}`).toBeInstanceOf(VarveError)
      expect((thrown as VarveError).code, `call ${index}`).toMatch(/^(IO|NO_SPACE|POISONED)$/)
    }
    expect(counter.open, `handles open when call ${index} has failed`).toEqual([])
    expect(disk.status(STORE) === undefined ? undefined : await disk.lockHolder(STORE)).toBeUndefined()
    await after(disk, index)
    if (isOver) return failures
  }
}

describe('opening that fails at any one call leaves no handle open, the lock free, and a store that opens rightly', () => {
  for (const error of ERRORS) {
    test(`of a new store: ${error}`, async () => {
      const failures = await failEachCall(
        () => new MemoryFileSystem(),
        error,
        async (disk) => {
          for (const image of [disk.killed(), disk.powerCut()]) {
            const { contents, report } = await recovered(image)
            expect(contents).toEqual({})
            expect(report.droppedBytes).toBe(0)
          }
        },
      )
      expect(failures).toBeGreaterThan(10)
    })

    test(`of a closed store, in which nothing changes: ${error}`, async () => {
      const { clean } = await smallStores()
      const before = textOf(clean)
      for (const readOnly of [false, true]) {
        const failures = await failEachCall(
          () => diskOf(clean),
          error,
          async (disk) => expect(textOf(filesOf(disk))).toEqual(before),
          readOnly,
        )
        expect(failures).toBeGreaterThan(8)
      }
    })

    test(`of a killed store: ${error}`, async () => {
      const { killed } = await smallStores()
      const failures = await failEachCall(
        () => diskOf(killed),
        error,
        async (disk) => {
          for (const image of [disk.killed(), disk.powerCut()]) {
            expect((await recovered(image)).contents).toEqual({ ...CONTENTS, d: '4' })
          }
        },
      )
      expect(failures).toBeGreaterThan(20)
    })
  }
})

test('a directory that cannot be written is an IO error that says so; it can still be read', async () => {
  const { clean, killed } = await smallStores()
  const unwritable = (files: Files): FaultyFileSystem =>
    new FaultyFileSystem(diskOf(files), (call) =>
      isChange(call) || call.operation === 'lock' ? { error: 'EACCES' } : undefined,
    )
  for (const files of [clean, killed]) {
    await expect(openOn(unwritable(files))).rejects.toMatchObject({
      code: 'IO',
      message: expect.stringContaining('permission'),
    })
    expect((await recovered(unwritable(files), { readOnly: true })).contents).toMatchObject(CONTENTS)
  }
  await expect(openOn(unwritable(new Map()))).rejects.toMatchObject({ code: 'IO' })
})

test('directories that were made for a store go again, lock file included, where their names cannot be made durable', async () => {
  const root = mkdtempSync(join(tmpdir(), 'varve-failing-open-'))
  try {
    const disk = new FaultyFileSystem(nodeFileSystem, ({ operation }) =>
      operation === 'syncDirectory' ? { error: 'EIO' } : undefined,
    )
    await expect(open(join(root, 'a', 'b'), { fileSystem: disk })).rejects.toMatchObject({ code: 'IO' })
    expect(readdirSync(root)).toEqual([])
  } finally {
    rmSync(root, { recursive: true })
  }
})
