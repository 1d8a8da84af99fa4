import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entryLine, parseEntryLine } from '../../src/cli/entry-line.ts'
import { inputLines } from '../../src/cli/input-lines.ts'
import { MemoryFileSystem, open } from '../../src/index.ts'
import { runCli } from '../support/cli-run.ts'

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 10 }).map((text) => new Uint8Array(Buffer.from(text))),
)

describe('lines of NDJSON', () => {
  test('any bytes come back, under every encoding, and a line is plain text', () => {
    const encodings = fc.constantFrom('utf8' as const, 'hex' as const, 'base64' as const)
    fc.assert(
      fc.property(bytes, bytes, encodings, (key, value, encoding) => {
        const line = entryLine(key, value, encoding)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
        const entry = parseEntryLine(Buffer.from(line))
        expect([...entry.key]).toEqual([...key])
        expect([...entry.value]).toEqual([...value])
      }),
      {
        numRuns: 300,
        seed: 1,
        // A byte order mark is part of a key like any other character.
        examples: [[Buffer.from('\ufeffkey'), Buffer.from('\u0085\u009b\u007f'), 'utf8']],
      },
    )
  })

  test('lines are the same however the input is cut', async () => {
    const text = Buffer.from('\ufeff{"a"}\r\n\n  \nsecond é\nlast')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 6 }), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length]
        const chunks = at.slice(1).map((end, i) => text.subarray(at[i]!, end))
        const lines: [number, string][] = []
        for await (const line of inputLines(generate(chunks))) {
          lines.push([line.number, Buffer.from(line.bytes).toString()])
        }
        expect(lines).toEqual([
          [1, '{"a"}'],
          [4, 'second é'],
          [5, 'last'],
        ])
      }),
      { numRuns: 60, seed: 1 },
    )
  })
})

describe('import and export', () => {
  test('a copy of a store by way of NDJSON is the same', async () => {
    const entries = fc.array(fc.tuple(bytes, bytes), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(entries, fc.constantFrom('lsm', 'btree'), async (given, kind) => {
        const fileSystem = new MemoryFileSystem()
        const store = await open('/from', { fileSystem })
        for (const [key, value] of given) await store.put(key, value, { durability: 'none' })
        const before = store.scan().allSync()
        await store.close()
        const exported = await runCli('export /from', { fileSystem })
        const imported = await runCli(`import /to --create --kind ${kind} --json`, {
          fileSystem,
          stdin: exported.outBytes,
        })
        expect(JSON.parse(imported.out)).toEqual({ imported: before.length, leftOut: 0 })
        expect((await runCli('export /to', { fileSystem })).out).toBe(exported.out)
      }),
      { numRuns: 25, seed: 1 },
    )
  })

  const bad: [line: string | Uint8Array, says: string][] = [
    ['my secret', 'it is not JSON'],
    ['["my secret"]', 'it is no object'],
    ['null', 'it is no object'],
    ['{"key":"my secret"}', 'it has no value'],
    ['{"value":"my secret"}', 'it has no key'],
    ['{"key":"k","value":"v","my secret":1}', 'fields other than'],
    ['{"key":"k","key64":"aw==","value":"v"}', 'more than one key'],
    ['{"key":1,"value":"v"}', 'its key is no string'],
    ['{"key64":"my secret","value":"v"}', 'its key64 is not base64'],
    ['{"key":"k","valueHex":"0"}', 'its valueHex is not hex'],
    ['{"key":"\\ud800","value":"v"}', 'surrogate'],
    [`{"key":"${'k'.repeat(65_537)}","value":"v"}`, 'its key has 65537 bytes'],
    [Uint8Array.of(0x7b, 0xff, 0x7d), 'it is not UTF-8'],
  ]
  test.each(bad)('a bad line is named by its number, never by what it holds: %j', async (line, says) => {
    const fileSystem = new MemoryFileSystem()
    const good = '{"key":"a","value":"1"}\n{"key":"b","value":"2"}\n'
    const stdin = Buffer.concat([Buffer.from(good), Buffer.from(line), Buffer.from(`\n${good}`)])
    const { code, out, error } = await runCli('import /s --create', { fileSystem, stdin })
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain('line 3: ')
    expect(error).toContain(says)
    expect(error).toContain('2 entries of this input were put: mend it')
    expect(error).not.toContain('secret')
    // What stood before it is there, and the whole may be imported again.
    expect((await runCli('count /s', { fileSystem })).out).toBe('2\n')
    expect((await runCli('import /s', { fileSystem, stdin: good })).out).toBe('2 entries imported\n')
    expect((await runCli('scan /s', { fileSystem })).out).toBe('a\t1\nb\t2\n')
  })

  test('more than a batch, from a file', async () => {
    const fileSystem = new MemoryFileSystem()
    const lines = Array.from({ length: 2500 }, (_, i) => `{"key":"${10_000 + i}","value":"${i}"}`)
    const file = fileSystem.open('/lines', 'create', 'other')
    file.appendSync(Buffer.from(lines.join('\n')))
    file.close()
    expect((await runCli('import /s /lines --create', { fileSystem })).out).toBe('2,500 entries imported\n')
    expect((await runCli('export /s', { fileSystem })).out).toBe(`${lines.join('\n')}\n`)
    // It is durable once the command has said so.
    expect((await runCli('count /s', { fileSystem: fileSystem.powerCut() })).out).toBe('2500\n')
    expect(await runCli('import /t /nothing --create', { fileSystem })).toMatchObject({ code: 1 })
    expect(fileSystem.status('/t')).toBeUndefined()
  })
})

async function* generate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
