import { givenBytes } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { writing } from '../opening.ts'
import { encodingOf } from '../shared-options.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, options, json, out } = call
  const [directory = '', given = ''] = operands
  const key = givenBytes(given, encodingOf(options), 'the key')
  const existed = await writing(call, directory, async ({ store }) => {
    // A delete of nothing would only take space until it is merged away.
    if (!(await store.has(key))) return false
    await store.delete(key, { durability: 'power' })
    return true
  })
  if (json) await out.record({ existed })
  else await out.line(existed ? 'deleted' : 'it was not there')
  return ExitCode.ok
}
