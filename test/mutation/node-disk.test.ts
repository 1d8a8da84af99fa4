import fs, { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { nodeFileSystem } from '../../src/fs/node-file-system.ts'

test('each sync of a file and of a directory asks the system', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'varve-sync-'))
  const asked = (['fdatasyncSync', 'fdatasync', 'fsyncSync', 'fsync'] as const).map((name) => vi.spyOn(fs, name))
  const counts = (): number[] => asked.map(({ mock }) => mock.calls.length)
  try {
    const file = nodeFileSystem.open(join(directory, 'file'), 'create', 'wal')
    file.syncSync()
    expect(counts()).toEqual([1, 0, 0, 0])
    await file.sync()
    expect(counts()).toEqual([1, 1, 0, 0])
    nodeFileSystem.syncDirectorySync(directory)
    expect(counts()).toEqual([1, 1, 1, 0])
    await nodeFileSystem.syncDirectory(directory)
    expect(counts()).toEqual([1, 1, 1, 1])
    file.close()
  } finally {
    vi.restoreAllMocks()
    rmSync(directory, { recursive: true })
  }
})
