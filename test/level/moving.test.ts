import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectPath } from '../../bench/project.ts'
import { VarveLevel } from '../../src/level/varve-level.ts'

describe('moving from classic-level', () => {
  let directory = ''
  beforeAll(() => {
    // Within the project, where its own name can be imported.
    mkdirSync(projectPath('data', 'scratch'), { recursive: true })
    directory = mkdtempSync(projectPath('data', 'scratch', 'moving-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test("the guide's script copies every key, sublevels included", async () => {
    const source = join(directory, 'leveldb')
    const old = new ClassicLevel(source)
    const users = old.sublevel('users')
    for (let i = 0; i < 2500; i++) await old.put(`key ${i}`, `value ${i}`)
    await users.put('ключ', 'значение')
    await old.put('k'.repeat(70_000), 'too long for Varve')
    await old.close()

    const guide = readFileSync(projectPath('docs', 'level.md'), 'utf8')
    const script = join(directory, 'copy.mjs')
    writeFileSync(script, /^```js\n(import [\s\S]*?)^```/m.exec(guide)![1]!)
    const target = join(directory, 'varve')
    const copied = spawnSync(process.execPath, [script, source, target], { encoding: 'utf8' })
    expect([copied.status, copied.stderr]).toEqual([0, 'left out: a key of 70000 bytes\n'])
    expect(copied.stdout).toContain('2501 keys')
    const again = spawnSync(process.execPath, [script, source, target], { encoding: 'utf8' })
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('exists')])

    const db = new VarveLevel(target)
    expect(await db.get('key 2499')).toBe('value 2499')
    expect(await db.sublevel('users').get('ключ')).toBe('значение')
    await db.close()
  })

  test("opening LevelDB's files says what they are, and leaves them as they are", async () => {
    const location = join(directory, 'untouched')
    const old = new ClassicLevel(location)
    await old.put('a', 'b')
    await old.close()
    const db = new VarveLevel(location)
    await expect(db.open()).rejects.toMatchObject({
      code: 'LEVEL_DATABASE_NOT_OPEN',
      cause: { code: 'LEVEL_NOT_SUPPORTED', message: expect.stringContaining('LevelDB') },
    })
    const again = new ClassicLevel(location, { createIfMissing: false })
    expect(await again.get('a')).toBe('b')
    await again.close()
  })

  test("repair leaves LevelDB's files, even open ones, where and as they are", async () => {
    const location = join(directory, 'unrepaired')
    const old = new ClassicLevel(location)
    await old.put('a', 'b')
    const refused = { code: 'LEVEL_NOT_SUPPORTED', message: expect.stringContaining('--from-leveldb') }
    await expect(VarveLevel.repair(location)).rejects.toMatchObject(refused)
    await old.close()
    await expect(VarveLevel.repair(location)).rejects.toMatchObject(refused)
    expect(readdirSync(directory).filter((name) => name.startsWith('unrepaired'))).toEqual(['unrepaired'])
    const again = new ClassicLevel(location, { createIfMissing: false })
    expect(await again.get('a')).toBe('b')
    await again.close()
  })
})
