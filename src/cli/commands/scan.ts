import type { ScanPart } from '../../index.ts'
import { shownBytes } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { entryLine } from '../entry-line.ts'
import { ExitCode } from '../exit-code.ts'
import { reading } from '../opening.ts'
import { encodingOf, windowOf } from '../shared-options.ts'
import { UsageError } from '../usage-error.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, options, json, out, signal } = call
  const encoding = encodingOf(options)
  const window = windowOf(options)
  const [keysOnly, valuesOnly] = [options.has('keys'), options.has('values')]
  if (keysOnly && valuesOnly)
    throw new UsageError('--keys and --values cannot both be given: without either, both are printed')
  const show = (bytes: Uint8Array): string => shownBytes(bytes, encoding)
  await reading(call, operands[0]!, async ({ store }) => {
    const scan = store.scan({ ...window, signal })
    if (keysOnly) await each(scan.keys(), (key) => out.line(json ? entryLine(key, undefined, encoding) : show(key)))
    else if (valuesOnly)
      await each(scan.values(), (value) => out.line(json ? entryLine(undefined, value, encoding) : show(value)))
    else
      await each(scan, ([key, value]) =>
        out.line(json ? entryLine(key, value, encoding) : `${show(key)}\t${show(value)}`),
      )
  })
  return ExitCode.ok
}

async function each<T>(part: ScanPart<T>, print: (item: T) => Promise<void>): Promise<void> {
  for await (const item of part) await print(item)
}
