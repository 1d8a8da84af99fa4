import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeFileSystem as fs } from '../../src/fs/node-file-system.ts'
import { isDirectorySyncUnsupported, simulatedError, systemError } from '../../src/fs/system-error.ts'
import { bytesOf, codeOf, textOf, writeText } from '../support/bytes-text.ts'
import { temporaryDirectory } from '../support/file-system-place.ts'

let place: ReturnType<typeof temporaryDirectory>
let at: (path: string) => string
beforeEach(() => {
  place = temporaryDirectory()
  at = (path) => join(place.directory, path)
})
afterEach(() => place.remove())

describe('on a real disk', () => {
  test('links to files are refused in every mode, and what they point at stays as it is', async () => {
    writeFileSync(at('victim'), 'untouched')
    symlinkSync(at('victim'), at('link'))
    symlinkSync(at('nothing'), at('dangling'))
    expect(() => fs.open(at('link'), 'read')).toThrow(/ELOOP\. It is a link/)
    expect(await codeOf(() => fs.open(at('link'), 'write', 'wal'))).toBe('IO')
    expect(await codeOf(() => fs.open(at('link'), 'create', 'wal'))).toBe('EXISTS')
    expect(await codeOf(() => fs.open(at('dangling'), 'create', 'wal'))).toBe('EXISTS')
    expect(readFileSync(at('victim'), 'utf8')).toBe('untouched')
    expect([fs.status(at('link'))?.kind, fs.status(at('dangling'))?.kind]).toEqual(['other', 'other'])
    symlinkSync(place.directory, at('linked-directory'))
    expect(fs.status(at('linked-directory'))?.kind).toBe('directory')
  })

  test('a pipe under the name of a file is refused at once', async () => {
    execFileSync('mkfifo', [at('pipe')])
    expect(() => fs.open(at('pipe'), 'read')).toThrow(/not a regular file/)
    expect(await codeOf(() => fs.open(at('pipe'), 'write', 'wal'))).toBe('IO')
    expect(fs.status(at('pipe'))?.kind).toBe('other')
  })

  test('new files and directories are private', () => {
    fs.open(at('file'), 'create', 'wal').close()
    fs.makeDirectory(at('a/b'))
    const modes = ['file', 'a', 'a/b'].map((path) => statSync(at(path)).mode & 0o777)
    expect(modes).toEqual([0o600, 0o700, 0o700])
  })

  test('a reader sees what a writer appends', () => {
    const writer = fs.open(at('file'), 'create', 'wal')
    const reader = fs.open(at('file'), 'read')
    writer.appendSync(bytesOf('one'))
    expect([reader.sizeSync(), textOf(reader)]).toEqual([3, 'one'])
    reader.close()
    writer.close()
  })

  test.skipIf(process.platform !== 'linux')('a full disk is NO_SPACE, and the size stays the true end', async () => {
    // Writing to /dev/full would do, were it a regular file; a limit on the size of files makes a real one fail half way.
    const program = `
      import { nodeFileSystem as fs } from '${new URL('../../src/fs/node-file-system.js', import.meta.url)}'
      process.on('SIGXFSZ', () => {})
      const file = fs.open(process.argv[1], 'create', 'wal')
      const tried = []
      try { file.appendSync(new Uint8Array(3000)) } catch (error) { tried.push(error.code, error.cause.code) }
      tried.push(file.sizeSync())
      file.truncateSync(100)
      await file.append(new Uint8Array(3000)).catch((error) => tried.push(error.code))
      tried.push(file.sizeSync())
      console.log(JSON.stringify(tried))`
    const limited = 'ulimit -f 2 && exec "$0" --input-type=module -e "$1" "$2"'
    const output = execFileSync('sh', ['-c', limited, process.execPath, program, at('file')], { encoding: 'utf8' })
    const limit = statSync(at('file')).size
    expect(JSON.parse(output)).toEqual(['IO', 'EFBIG', limit, 'IO', limit])
    expect(limit).toBeLessThan(3000)
  })
})

describe('system errors', () => {
  test('get the code that says what to do', () => {
    const codes = ['ENOSPC', 'EDQUOT', 'ENOENT', 'EEXIST', 'EIO', 'EMFILE', 'EWHATEVER']
    expect(codes.map((code) => simulatedError('open', '/x', code).code)).toEqual([
      'NO_SPACE',
      'NO_SPACE',
      'NOT_FOUND',
      'EXISTS',
      'IO',
      'IO',
      'IO',
    ])
    expect(systemError('open', '/x', new RangeError('no system error')).message).toMatch(/unknown\. See the cause/)
  })

  test('of a directory sync are a downgrade where a platform cannot do it, never on Linux', () => {
    const refused = Object.assign(new Error(), { code: 'EPERM' })
    const failed = Object.assign(new Error(), { code: 'EIO' })
    expect([isDirectorySyncUnsupported(refused, 'win32'), isDirectorySyncUnsupported(refused, 'linux')]).toEqual([
      true,
      false,
    ])
    expect([isDirectorySyncUnsupported(failed, 'win32'), isDirectorySyncUnsupported(failed, 'darwin')]).toEqual([
      false,
      false,
    ])
  })
})

test('a file that was written half reads to its end, however long the target is', async () => {
  writeText(fs, at('file'), 'abc')
  const reader = fs.open(at('file'), 'read')
  const target = new Uint8Array(100)
  expect([reader.readSync(target, 1), await reader.read(target, 1)]).toEqual([2, 2])
  reader.close()
})
