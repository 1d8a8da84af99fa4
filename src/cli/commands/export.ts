import type { Call } from '../command.ts'
import { entryLine } from '../entry-line.ts'
import { ExitCode } from '../exit-code.ts'
import { reading } from '../opening.ts'
import { numberText } from '../quantity-text.ts'
import { encodingOf, windowOf } from '../shared-options.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, options, out, progress, signal, isOutTerminal } = call
  const encoding = encodingOf(options)
  const window = windowOf(options)
  await reading(call, operands[0]!, async ({ store }) => {
    let count = 0
    for await (const [key, value] of store.scan({ ...window, signal })) {
      await out.line(entryLine(key, value, encoding))
      count++
      if (!isOutTerminal) progress.show(() => `${numberText(count)} entries exported`)
    }
  })
  return ExitCode.ok
}
