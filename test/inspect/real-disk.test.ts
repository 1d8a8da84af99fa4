import fs from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { open, repair } from '../../src/index.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

/** Names, contents and times of change of a directory's files. */
function imageOf(directory: string): Record<string, string> {
  const names = fs.readdirSync(directory).sort()
  return Object.fromEntries(
    names.map((name) => {
      const path = join(directory, name)
      return [name, `${fs.statSync(path).mtimeMs} ${fs.readFileSync(path).toString('latin1')}`]
    }),
  )
}

test('on a real disk a damaged store is left alone, is LOCKED while it is open, and its repair opens', async () => {
  const place = temporaryDirectory()
  try {
    const from = join(place.directory, 'damaged')
    const to = join(place.directory, 'parent', 'repaired')
    const store = await open(from, { blockBytes: 256 })
    for (let i = 0; i < 300; i++) store.putSync(`key ${i}`, `value ${i}`, { durability: 'process' })
    await store.flush()
    await expect(repair(from, to)).rejects.toMatchObject({ code: 'LOCKED', file: from })
    await store.close()
    const table = join(from, fs.readdirSync(from).find((name) => name.endsWith('.sst'))!)
    const bytes = fs.readFileSync(table)
    bytes[1000] = bytes[1000]! ^ 1
    fs.writeFileSync(table, bytes)
    fs.rmSync(join(from, 'CURRENT'))
    const before = imageOf(from)
    const report = await repair(from, to)
    expect(imageOf(from)).toEqual(before)
    expect(report).toMatchObject({ complete: false, isManifestSound: true, mayResurrectDeleted: true })
    expect(JSON.stringify(report)).not.toMatch(/key \d|value \d/)
    const repaired = await open(to, { createIfMissing: false, encoding: 'utf8' })
    expect(await repaired.count()).toBe(report.entries)
    expect(report.entries).toBeGreaterThan(280)
    for (const [key, value] of repaired.scan()) expect(value).toBe(key.replace('key', 'value'))
    await repaired.verify()
    await repaired.close()
    await expect(repair(from, to)).rejects.toMatchObject({ code: 'EXISTS' })
  } finally {
    place.remove()
  }
})
