import { describe, expect, test } from 'vitest'
import { escaped, printable, shownBytes } from '../../src/cli/bytes-text.ts'
import { failureOf } from '../../src/cli/failure.ts'
import { Progress } from '../../src/cli/progress.ts'
import { Style } from '../../src/cli/style.ts'
import { MemoryFileSystem, nodeRuntime } from '../../src/index.ts'
import { runCli } from '../support/cli-run.ts'

describe('on a terminal, and off it', () => {
  const lines = Array.from({ length: 3000 }, (_, i) => `{"key":"${i}","value":""}\n`).join('')

  test('progress goes to standard error of a terminal alone, and leaves nothing behind', async () => {
    const shown = await runCli('import /s --create', {
      fileSystem: new MemoryFileSystem(),
      stdin: lines,
      isTerminal: true,
    })
    expect(shown.error).toMatch(/entries imported/)
    expect(shown.error.endsWith('\r\u001b[K')).toBe(true)
    expect(shown.out).toBe('3,000 entries imported\n')
    const piped = await runCli('import /s --create', { fileSystem: new MemoryFileSystem(), stdin: lines })
    expect(piped.error).toBe('')
    const dumb = { TERM: 'dumb' }
    const plain = await runCli('import /s --create', {
      fileSystem: new MemoryFileSystem(),
      stdin: lines,
      isTerminal: true,
      environment: dumb,
    })
    expect(plain.error).toBe('')
  })

  test('a line is never longer than the terminal is wide', () => {
    const written: string[] = []
    const stream = { columns: 20, write: (text: string | Uint8Array) => written.push(String(text)), on: () => {} }
    const progress = new Progress(stream, nodeRuntime)
    progress.show(() => 'x'.repeat(100))
    progress.show(() => 'too soon')
    progress.clear()
    progress.clear()
    expect(written).toEqual([`\r${'x'.repeat(19)}\u001b[K`, '\r\u001b[K'])
  })

  test('colour only on a terminal, and not where NO_COLOR or TERM says so', () => {
    expect(new Style(true, {}).paint('red', 'a')).toContain('\u001b[')
    for (const style of [new Style(false, {}), new Style(true, { NO_COLOR: '1' }), new Style(true, { TERM: 'dumb' })]) {
      expect(style.paint('red', 'a')).toBe('a')
    }
  })

  test('control characters, and what turns text around, are escaped', () => {
    expect(escaped('a\\b\n\t\r\u0000\u007f\u009b\u202e\u2028é')).toBe(
      'a\\\\b\\n\\t\\r\\x00\\x7f\\u{9b}\\u{202e}\\u{2028}é',
    )
    expect(shownBytes(Uint8Array.of(0x61, 0x1b, 0xc3, 0xa9), 'utf8')).toBe('a\\x1bé')
    expect(shownBytes(Uint8Array.of(0x61, 0x5c, 0xff, 0xc3, 0xa9), 'utf8')).toBe('a\\\\\\xff\\xc3\\xa9')
    expect(printable('C:\\store\nline\u001b')).toBe('C:\\store\nline\\x1b')
  })

  test('a value that no string can hold is told as such, and not as a mistake of the program', () => {
    expect(() => 'x'.repeat(2 ** 30)).toThrow(new RangeError('Invalid string length'))
    const ofNode = Object.assign(new Error('Cannot create a string'), { code: 'ERR_STRING_TOO_LONG' })
    for (const thrown of [new RangeError('Invalid string length'), ofNode]) {
      expect(failureOf(thrown, undefined, false)).toMatchObject({
        exitCode: 1,
        message: expect.stringContaining('--raw'),
      })
    }
    expect(failureOf(new RangeError('else'), undefined, false)).toMatchObject({ code: 'UNEXPECTED' })
    expect(failureOf(undefined, undefined, false)).toMatchObject({ code: 'UNEXPECTED' })
  })

  test('nothing that a terminal obeys is printed, whatever the keys are', async () => {
    const fileSystem = new MemoryFileSystem()
    const hostile = Buffer.from('\u001b]0;owned\u0007\u009b2J\u202e').toString('hex')
    expect((await runCli(`put /s ${hostile} ${hostile} --create --encoding hex`, { fileSystem })).code).toBe(0)
    await runCli('compact /s', { fileSystem })
    const names = fileSystem.list('/s').filter((name) => /^MANIFEST|wal$|sst$/.test(name))
    const commands = ['scan /s', 'export /s', 'levels /s', ...names.map((name) => `dump /s ${name} --values`)]
    for (const command of commands) {
      for (const json of ['', ' --json']) {
        const { code, out } = await runCli(command + json, { fileSystem })
        expect(code).toBe(0)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        expect(out.replaceAll('\n', '')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
      }
    }
  })
})
