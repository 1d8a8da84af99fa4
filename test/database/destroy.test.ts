import { describe, expect, test } from 'vitest'
import { destroy } from '../../src/database/open.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { FaultyFileSystem } from '../support/faulty-file-system.ts'
import { isChange } from '../support/recovery-calls.ts'
import { diskOf, expectRefusal, filesOf, openOn, putFile, recovered, STORE, textOf } from '../support/recovery-disk.ts'
import { CONTENTS, smallStores } from '../support/recovery-stores.ts'

describe('destroy', () => {
  test('removes the store and its directory, and a new one can be made there', async () => {
    const { clean, killed } = await smallStores()
    for (const files of [clean, killed]) {
      const disk = diskOf(new Map([...files, ['LOCK', new Uint8Array(3)], ['CURRENT.tmp', new Uint8Array(0)]]))
      await destroy(STORE, { fileSystem: disk })
      expect(disk.status(STORE)).toBeUndefined()
      await destroy(STORE, { fileSystem: disk })
      expect(await recovered(disk)).toMatchObject({ contents: {}, report: { created: true } })
    }
  })

  test('leaves what is not ours, and the directory with it', async () => {
    const { clean } = await smallStores()
    const disk = diskOf(clean)
    for (const name of ['notes.txt', '12.sst', 'MANIFEST-1', 'CURRENT.bak']) putFile(disk, name, new Uint8Array(1))
    await destroy(STORE, { fileSystem: disk })
    expect([...filesOf(disk).keys()]).toEqual(['12.sst', 'CURRENT.bak', 'MANIFEST-1', 'notes.txt'])
  })

  test("does not touch another database's files, though they have names like ours; nor does opening", async () => {
    const theirs = ['CURRENT', 'LOCK', 'LOG', 'MANIFEST-000004', '000005.ldb', '000006.sst', '000007.wal']
    const files = new Map(theirs.map((name) => [name, new TextEncoder().encode('MANIFEST-000004\n')]))
    for (const missing of ['LOG', 'CURRENT']) {
      if (missing === 'CURRENT') files.delete(missing)
      const disk = diskOf(files)
      const faulty = new FaultyFileSystem(disk)
      await expect(destroy(STORE, { fileSystem: faulty })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
      await expect(openOn(faulty)).rejects.toMatchObject({
        code: missing === 'LOG' ? 'UNSUPPORTED_FORMAT' : 'INVALID_ARGUMENT',
      })
      expect(faulty.calls.filter((call) => isChange(call) || call.operation === 'lock')).toEqual([])
      expect(textOf(filesOf(disk))).toEqual(textOf(files))
    }
  })

  test('takes a store whose CURRENT is damaged or gone', async () => {
    const { killed } = await smallStores()
    for (const current of [new Uint8Array(5), undefined]) {
      const files = new Map(killed)
      if (current === undefined) files.delete('CURRENT')
      else files.set('CURRENT', current)
      const disk = diskOf(files)
      await destroy(STORE, { fileSystem: disk })
      expect(disk.status(STORE)).toBeUndefined()
    }
  })

  test('that was cut short is finished by the next one', async () => {
    const { clean } = await smallStores()
    for (let stop = 0; ; stop++) {
      const disk = diskOf(clean)
      const faulty = new FaultyFileSystem(disk, ({ index }) => (index >= stop ? { error: 'EIO' } : undefined))
      const isOver = await destroy(STORE, { fileSystem: faulty }).then(
        () => true,
        () => false,
      )
      await destroy(STORE, { fileSystem: disk })
      expect(disk.status(STORE)).toBeUndefined()
      if (isOver) break
    }
  })

  test('of an open store is LOCKED, and removes nothing', async () => {
    const disk = new MemoryFileSystem()
    const store = await openOn(disk)
    await store.put('a', '1')
    const before = textOf(filesOf(disk))
    await expect(destroy(STORE, { fileSystem: disk })).rejects.toMatchObject({ code: 'LOCKED' })
    expect(textOf(filesOf(disk))).toEqual(before)
    await store.close()
  })

  test('that is cut short at any call leaves a store that is whole, or refused, or gone; never a smaller one', async () => {
    const { clean } = await smallStores()
    for (let stop = 0; ; stop++) {
      const disk = diskOf(clean)
      const faulty = new FaultyFileSystem(disk, ({ index }) => (index >= stop ? { error: 'EIO' } : undefined))
      const failed = await destroy(STORE, { fileSystem: faulty }).then(
        () => false,
        () => true,
      )
      for (const image of [disk.killed(), disk.powerCut(), disk.crash((choices) => choices - 1)]) {
        const names = image.status(STORE) === undefined ? [] : image.list(STORE)
        if (names.includes('CURRENT') && names.length === clean.size) {
          expect((await recovered(image)).contents).toEqual(CONTENTS)
        } else if (names.some((name) => name.endsWith('.sst') || name.endsWith('.wal'))) {
          await expectRefusal(image, 'CORRUPTION')
        } else {
          const found = await recovered(image).catch((error: { code: string }) => error)
          expect(found).toMatchObject('code' in found ? { code: 'CORRUPTION' } : { contents: {} })
        }
      }
      if (!failed) break
    }
  })
})
