import { describe, expect, test } from 'vitest'
import { openBTree } from '../../src/btree/open-btree.ts'
import type { TornPageProtection } from '../../src/btree/options.ts'
import type { FileHandle } from '../../src/fs/file-system.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { keyOf, simulatedBTree, TINY } from '../support/btree-harness.ts'
import { expectCode } from '../support/contract-store.ts'
import { flipped, putFile, readFile } from '../support/recovery-disk.ts'

const ROWS = 100

/** A disk whose process died just when it had written pages, and on which one of them is half-written, or otherwise damaged. */
async function tornDisk(tornPageProtection: TornPageProtection, damage = tear): Promise<SimulatedFileSystem> {
  const { store, disk } = await simulatedBTree({ tornPageProtection, checkpointLogBytes: 1 << 20 })
  for (let i = 0; i < ROWS; i++) await store.put(keyOf(i), 'old'.repeat(50))
  await store.flush()
  for (let i = 0; i < ROWS; i++) await store.put(keyOf(i), 'new'.repeat(50))
  let image: SimulatedFileSystem | undefined
  disk.beforeEffect = ({ path }) => {
    if (path.endsWith('CHECKPOINT.tmp')) image ??= disk.killed()
  }
  await store.flush()
  await store.close()
  const file = image!.open('/store/pages', 'write', 'other')
  // A leaf; with copy-on-write, what was written last.
  const place = tornPageProtection === 'copy-on-write' ? file.sizeSync() / 4096 - 1 : 3
  damage(file, place)
  file.close()
  return image!
}

function tear(file: FileHandle, place: number): void {
  file.writeSync(new Uint8Array(1024).fill(7), place * 4096 + 512)
}

/** Another page, whole, is where this one should be. */
function misplace(file: FileHandle, place: number): void {
  const other = new Uint8Array(4096)
  file.readSync(other, (place - 1) * 4096)
  file.writeSync(other, place * 4096)
}

describe('a page that is half-written at its place', () => {
  for (const protection of ['full-page-images', 'double-write', 'copy-on-write'] as const) {
    test(`is whole again after recovery with ${protection}`, async () => {
      const { store } = await simulatedBTree({}, await tornDisk(protection))
      expect(store.recovery).toMatchObject({ clean: false, operationsReplayed: ROWS })
      const values = [...store.scan({ encoding: 'utf8' }).values()]
      expect(values).toEqual(new Array(ROWS).fill('new'.repeat(50)))
      await store.verify()
      await store.close()
    })

    test(`is whole for a reader that writes nothing, with ${protection}`, async () => {
      const disk = await tornDisk(protection)
      const before = disk.imageHash()
      const store = await openBTree('/store', { ...TINY, fileSystem: disk, readOnly: true })
      expect([...store.scan({ encoding: 'utf8' }).values()]).toEqual(new Array(ROWS).fill('new'.repeat(50)))
      await store.close()
      expect(disk.imageHash()).toBe(before)
    })
  }

  for (const protection of ['full-page-images', 'double-write'] as const) {
    test(`or that was written over with another page, is whole again with ${protection}`, async () => {
      const { store } = await simulatedBTree({}, await tornDisk(protection, misplace))
      expect([...store.scan({ encoding: 'utf8' }).values()]).toEqual(new Array(ROWS).fill('new'.repeat(50)))
      await store.verify()
      await store.close()
    })
  }

  test('is refused without protection', async () => {
    const disk = await tornDisk('none')
    await expectCode(() => simulatedBTree({}, disk), 'CORRUPTION')
  })
})

describe('a store that was closed', () => {
  test('replays nothing, and the next life that writes nothing changes nothing', async () => {
    const { store, disk } = await simulatedBTree()
    for (let i = 0; i < ROWS; i++) await store.put(keyOf(i), 'x'.repeat(200))
    await store.close()
    expect(disk.list('/store').sort()).toEqual(['CHECKPOINT', 'pages'])
    const before = disk.imageHash()
    const again = await simulatedBTree({}, disk)
    expect(again.store.recovery).toMatchObject({ clean: true, operationsReplayed: 0 })
    expect(await again.store.count()).toBe(ROWS)
    await again.store.close()
    expect(disk.imageHash()).toBe(before)
  })

  test('is refused with another page size or protection than it was made with', async () => {
    const { store, disk } = await simulatedBTree()
    await store.close()
    await expectCode(() => simulatedBTree({ pageBytes: 8192 }, disk), 'INVALID_ARGUMENT')
    await expectCode(() => simulatedBTree({ tornPageProtection: 'none' }, disk), 'INVALID_ARGUMENT')
  })

  test('is refused with the pages of another one, though they hold the same', async () => {
    const [one, other] = [await simulatedBTree(), await simulatedBTree()]
    for (const { store } of [one, other]) {
      await store.put('a', 'x')
      await store.close()
    }
    putFile(one.disk, 'pages', readFile(other.disk, '/store/pages'))
    await expectCode(async () => (await simulatedBTree({}, one.disk)).store.getSync('a'), 'CORRUPTION')
  })

  test('is refused with any bit of its checkpoint flipped', async () => {
    const { store, disk } = await simulatedBTree()
    await store.put('a', 'x')
    await store.close()
    const bytes = readFile(disk, '/store/CHECKPOINT')
    for (let offset = 0; offset < bytes.length; offset++) {
      putFile(disk, 'CHECKPOINT', flipped(bytes, offset, 1 << (offset % 8)))
      await expectCode(() => simulatedBTree({}, disk), 'CORRUPTION')
    }
  })

  test('is not opened when its pages are gone', async () => {
    const { store, disk } = await simulatedBTree()
    await store.close()
    disk.unlinkSync('/store/pages')
    await expectCode(() => simulatedBTree({}, disk), 'CORRUPTION')
  })

  test('is not opened when its checkpoint is gone, nor is another made over it', async () => {
    const { store, disk } = await simulatedBTree()
    await store.put('a', 'x')
    await store.close()
    disk.unlinkSync('/store/CHECKPOINT')
    await expectCode(() => simulatedBTree({}, disk), 'CORRUPTION')
  })
})
