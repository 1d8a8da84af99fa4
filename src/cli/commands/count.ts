import type { Call } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { interruptible } from '../interruptible.ts'
import { reading } from '../opening.ts'
import { rangeOf } from '../shared-options.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, options, json, out, progress } = call
  const range = rangeOf(options)
  const count = await reading(call, operands[0]!, ({ store }) =>
    progress.during(interruptible(call.signal, store.count(range)), (seconds) => `counting, ${seconds} s`),
  )
  if (json) await out.record({ count })
  else await out.line(String(count))
  return ExitCode.ok
}
