import { givenBytes } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { allBytes } from '../input-lines.ts'
import { interruptible } from '../interruptible.ts'
import { writing } from '../opening.ts'
import { counted } from '../quantity-text.ts'
import { encodingOf } from '../shared-options.ts'
import { UsageError } from '../usage-error.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, options, json, out } = call
  const [directory = '', given = ''] = operands
  const key = givenBytes(given, encodingOf(options), 'the key')
  const value = await givenValue(call)
  const sequence = await writing(call, directory, ({ store }) => store.put(key, value, { durability: 'power' }))
  if (json) await out.record({ sequence, valueBytes: value.length })
  else await out.line(`put, with a value of ${counted(value.length, 'byte')}`)
  return ExitCode.ok
}

async function givenValue({ operands, options, stdin, signal }: Call): Promise<Uint8Array> {
  const given = operands[2]
  if (given !== undefined) return givenBytes(given, encodingOf(options), 'the value')
  if (stdin.isTTY === true) throw new UsageError('<value> is missing: give it, or send it to standard input')
  return interruptible(signal, allBytes(stdin))
}
