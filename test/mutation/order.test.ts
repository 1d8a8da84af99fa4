import { describe, expect, test } from 'vitest'
import { CountingFileSystem } from '../../src/fs/counting-file-system.ts'
import { MemoryFileSystem } from '../../src/fs/memory-file-system.ts'
import { codeOf } from '../support/bytes-text.ts'
import { FaultDisk, STORE } from '../support/fault-store.ts'

/** Where the first change is that begins so, among all since a call. */
function place(disk: FaultDisk, since: number, change: string): number {
  const at = disk.changesSince(since).findIndex((each) => each.startsWith(change))
  expect(at, change).toBeGreaterThanOrEqual(0)
  return at
}

describe('the order of what reaches the disk', () => {
  test('a flush writes no table before the log of its memtable is synced', async () => {
    const disk = new FaultDisk()
    const store = await disk.open({ syncIntervalMs: 3_600_000 })
    await store.put('a', '1')
    await store.put('b', '2', { durability: 'process' })
    const [log] = disk.disk.list(STORE).filter((name) => name.endsWith('.wal'))
    const since = disk.calls.length
    await store.flush()
    const [table] = disk.disk.list(STORE).filter((name) => name.endsWith('.sst'))
    expect(place(disk, since, `sync ${STORE}/${log}`)).toBeLessThan(place(disk, since, `append ${STORE}/${table}`))
    await store.close()
  })

  test('what a failed write left is cut off before the next log links to it', async () => {
    const disk = new FaultDisk()
    const store = await disk.open({ syncIntervalMs: 0 })
    const tried = disk.failNext('append', '.wal', { error: 'EIO', afterBytes: 4 }, 0)
    expect(tried()).toBe(0)
    await store.put('a', '1')
    const failed = disk.failNext('append', '.wal', { error: 'EIO', afterBytes: 4 })
    while (failed() === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    const [log] = disk.disk.list(STORE).filter((name) => name.endsWith('.wal'))
    const since = disk.calls.length
    await store.put('b', '2')
    const logs = disk.disk.list(STORE).filter((name) => name.endsWith('.wal'))
    const changes = disk.changesSince(since)
    const made = changes.indexOf(`append ${STORE}/${logs[1]}`)
    const linked = changes.indexOf(`append ${STORE}/${logs[1]}`, made + 1)
    const cut = place(disk, since, `truncate ${STORE}/${log}`)
    expect(cut).toBeLessThan(linked)
    expect(changes.indexOf(`sync ${STORE}/${log}`, cut)).toBeLessThan(linked)
    await store.close()
  })

  test('CURRENT does not name a manifest that is not synced', async () => {
    const disk = new FaultDisk()
    const store = await disk.open()
    const [manifest] = disk.disk.list(STORE).filter((name) => name.startsWith('MANIFEST'))
    const appended = place(disk, 0, `append ${STORE}/${manifest}`)
    const renamed = place(disk, 0, `rename ${STORE}/CURRENT`)
    // Header, content.
    const written = disk.changesSince(0).slice(appended, renamed)
    expect(written.filter((change) => change === `append ${STORE}/${manifest}`)).toHaveLength(2)
    expect(written.lastIndexOf(`sync ${STORE}/${manifest}`)).toBeGreaterThan(
      written.lastIndexOf(`append ${STORE}/${manifest}`),
    )
    await store.close()
  })

  test('what a creation that was cut short has left goes only once the new store is there', async () => {
    const disk = new FaultDisk()
    disk.failNext('rename', 'CURRENT')
    expect(await codeOf(() => disk.open())).toBe('POISONED')
    disk.heal()
    const since = disk.calls.length
    const store = await disk.open()
    const removal = place(disk, since, `unlink ${STORE}/MANIFEST`)
    expect(removal).toBeGreaterThan(place(disk, since, `rename ${STORE}/CURRENT`))
    await store.close()
  })
})

test('behind a closed gate nothing is changed, made durable or removed', async () => {
  const disk = new MemoryFileSystem()
  const fileSystem = new CountingFileSystem(disk)
  fileSystem.makeDirectory('/d')
  const file = fileSystem.open('/d/file', 'create', 'wal')
  file.appendSync(Uint8Array.of(1, 2))
  fileSystem.gate.close(new Error('closed'))
  const bytes = Uint8Array.of(3)
  const calls: Record<string, () => unknown> = {
    appendSync: () => file.appendSync(bytes),
    append: () => file.append(bytes),
    writeSync: () => file.writeSync(bytes, 0),
    write: () => file.write(bytes, 0),
    truncateSync: () => file.truncateSync(0),
    truncate: () => file.truncate(0),
    syncSync: () => file.syncSync(),
    sync: () => file.sync(),
    create: () => fileSystem.open('/d/other', 'create', 'wal'),
    'open to write': () => fileSystem.open('/d/file', 'write', 'wal'),
    rename: () => fileSystem.rename('/d/file', '/d/other'),
    unlinkSync: () => fileSystem.unlinkSync('/d/file'),
    unlink: () => fileSystem.unlink('/d/file'),
    makeDirectory: () => fileSystem.makeDirectory('/e'),
    removeDirectory: () => fileSystem.removeDirectory('/d'),
    syncDirectorySync: () => fileSystem.syncDirectorySync('/d'),
    syncDirectory: () => fileSystem.syncDirectory('/d'),
  }
  for (const [name, call] of Object.entries(calls)) {
    await expect(Promise.resolve().then(call), name).rejects.toThrow('closed')
  }
  expect(disk.list('/d')).toEqual(['file'])
  expect(file.sizeSync()).toBe(2)
  expect(disk.powerCut().status('/d')).toBeUndefined()
})
