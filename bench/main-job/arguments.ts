import { parseArgs } from 'node:util'

const USAGE = 'usage: npm start -- [--messages 1000..10000000] [--writers 1..100000]'

export interface Arguments {
  readonly messages: number
  readonly writers: number
}

/** What the command line asks for; ends the process with one line where it makes no sense. */
export function readArguments(): Arguments {
  try {
    const { values } = parseArgs({
      options: {
        messages: { type: 'string', default: '200000' },
        writers: { type: 'string', default: '4000' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) end(USAGE, 0)
    return {
      messages: integer('messages', values.messages, 1000, 10_000_000),
      writers: integer('writers', values.writers, 1, 100_000),
    }
  } catch (error) {
    return end(`${(error as Error).message}\n${USAGE}`, 2)
  }
}

function integer(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new Error(`--${name} must be an integer from ${least} to ${most}`)
}

function end(text: string, code: number): never {
  ;(code === 0 ? process.stdout : process.stderr).write(`${text}\n`)
  process.exit(code)
}
