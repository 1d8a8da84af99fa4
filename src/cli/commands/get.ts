import { VarveError } from '../../errors.ts'
import { givenBytes, shownBytes } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { bytesField } from '../entry-line.ts'
import { ExitCode } from '../exit-code.ts'
import { reading } from '../opening.ts'
import { encodingOf } from '../shared-options.ts'
import { UsageError } from '../usage-error.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, options, json, out } = call
  const [directory = '', given = ''] = operands
  const encoding = encodingOf(options)
  if (options.has('raw') && json) throw new UsageError('--raw and --json cannot both be given')
  const key = givenBytes(given, encoding, 'the key')
  const value = await reading(call, directory, ({ store }) => store.get(key))
  if (value === undefined) throw new VarveError('NOT_FOUND', 'there is no such key')
  if (json) await out.record({ ...bytesField('key', key, encoding), ...bytesField('value', value, encoding) })
  else if (options.has('raw')) await out.bytes(value)
  else await out.line(shownBytes(value, encoding))
  return ExitCode.ok
}
