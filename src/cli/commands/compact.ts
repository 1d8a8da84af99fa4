import type { Call } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { writing } from '../opening.ts'
import { bytesText, counted } from '../quantity-text.ts'
import { rangeOf } from '../shared-options.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, options, json, out, progress, signal } = call
  const range = rangeOf(options)
  const { kind, before, after } = await writing(call, operands[0]!, async ({ kind, store }) => {
    const sizeNow = (): { tables: number; runs: number; bytes: number } => {
      const { levels } = store.stats()
      const sum = (of: 'tables' | 'runs' | 'bytes'): number => levels.reduce((total, level) => total + level[of], 0)
      return { tables: sum('tables'), runs: sum('runs'), bytes: sum('bytes') }
    }
    const from = sizeNow()
    const written = (): string => bytesText(store.stats().writtenBytes.compaction)
    await progress.during(
      store.compact(range, { signal }),
      (seconds) => `compacting, ${written()} written, ${seconds} s`,
    )
    return { kind, before: from, after: sizeNow() }
  })
  if (json) {
    await out.document({ before, after })
    return ExitCode.ok
  }
  const text = ({ tables, bytes }: typeof before): string =>
    `${kind === 'lsm' ? counted(tables, 'table') : 'a tree'} with ${bytesText(bytes)}`
  await out.line(`before: ${text(before)}`)
  await out.line(`after:  ${text(after)}`)
  return ExitCode.ok
}
