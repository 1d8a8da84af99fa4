import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { projectPath } from '../../bench/project.ts'
import { COMMON_OPTIONS, parseArguments } from '../../src/cli/arguments.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { runCli } from '../support/cli-run.ts'

describe('help', () => {
  test('of the program names every command, and fits into 120 columns', async () => {
    const { code, out, error } = await runCli('--help')
    expect([code, error]).toEqual([0, ''])
    for (const { name } of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'))
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
    expect((await runCli('help')).out).toBe(out)
    expect((await runCli('-h')).out).toBe(out)
  })

  test.each(COMMANDS.map((spec) => [spec.name, spec] as const))(
    'of %s has its options and examples',
    async (name, spec) => {
      const { code, out } = await runCli(`${name} --help`)
      expect(code).toBe(0)
      expect(out).toContain(`Usage: varve ${name} <directory>`)
      for (const option of [...spec.options, ...COMMON_OPTIONS]) expect(out).toContain(`--${option.name}`)
      for (const [line] of spec.examples) expect(out).toContain(`varve ${line}`)
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(130)
      expect((await runCli(`help ${name}`)).out).toBe(out)
      expect((await runCli(`${name} -h`)).out).toBe(out)
    },
  )

  test('gives examples that the parser takes', () => {
    for (const { examples } of COMMANDS) {
      expect(examples.length).toBeGreaterThan(0)
      for (const [line] of examples) {
        for (const part of line.split(' | ').filter((each) => !each.startsWith('gzip'))) {
          const [name = '', ...words] = part
            .replace(/^varve /, '')
            .split(/ [<>] /)[0]!
            .split(' ')
          const spec = COMMANDS.find((command) => command.name === name)!
          expect(() => parseArguments(spec, words)).not.toThrow()
        }
      }
    }
  })

  test('the version is that of the package', async () => {
    expect(await runCli('--version')).toMatchObject({ code: 0, out: '1.2.3\n' })
    expect((await runCli('-v')).out).toBe('1.2.3\n')
  })

  test('docs/cli.md has every command, and every option', () => {
    const text = readFileSync(projectPath('docs', 'cli.md'), 'utf8')
    for (const { name, options } of COMMANDS) {
      expect(text).toContain(`\`${name}`)
      for (const option of options) expect(text).toContain(`--${option.name}`)
    }
  })
})
