import { expect } from 'vitest'
import { open } from '../../src/database/open.ts'
import type { FileSystem } from '../../src/fs/file-system.ts'
import { repair } from '../../src/inspect/repair.ts'
import type { RepairOptions } from '../../src/inspect/repair-options.ts'
import type { RepairReport } from '../../src/inspect/repair-report.ts'
import { allFilesOf, contentsOf, STORE, textOf } from './recovery-disk.ts'

export const TARGET = '/repaired'

export interface Repaired {
  readonly report: RepairReport
  readonly contents: Record<string, string>
}

/** Repairs the store of the disk, which must not change by that, and opens, verifies and reads the result. */
export async function repaired(disk: FileSystem, options: RepairOptions = {}): Promise<Repaired> {
  const before = textOf(allFilesOf(disk))
  const report = await repair(STORE, TARGET, { memtableBytes: 4096, ...options, fileSystem: disk })
  expect(textOf(allFilesOf(disk))).toEqual(before)
  const store = await open(TARGET, { fileSystem: disk, createIfMissing: false, encoding: 'utf8', recovery: 'absolute' })
  try {
    await store.verify()
    const contents = contentsOf(store)
    expect(Object.keys(contents)).toHaveLength(report.entries)
    const sequence = await store.put('one more', 'x')
    expect(sequence).toBeGreaterThan(report.lastSequence)
    return { report, contents }
  } finally {
    await store.close()
  }
}
