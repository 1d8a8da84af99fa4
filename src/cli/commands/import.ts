import { VarveError } from '../../errors.ts'
import { absolutePath } from '../../fs/absolute-path.ts'
import type { KeyValueStore } from '../../index.ts'
import { MAX_KEY_BYTES } from '../../key/internal-key.ts'
import type { Call } from '../command.ts'
import { DataFault } from '../data-fault.ts'
import { type LineEntry, LineFault, parseEntryLine } from '../entry-line.ts'
import { ExitCode } from '../exit-code.ts'
import { ImportBatches } from '../import-batches.ts'
import { fileChunks, type InputLine, inputLines } from '../input-lines.ts'
import { interruptible } from '../interruptible.ts'
import { levelEntries, type SourceEntry } from '../leveldb-source.ts'
import { writing } from '../opening.ts'
import { bytesText, counted, numberText } from '../quantity-text.ts'
import { UsageError } from '../usage-error.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, options, json, out } = call
  const [directory = '', file] = operands
  const database = options.text('from-leveldb')
  if (database !== undefined && file !== undefined)
    throw new UsageError('--from-leveldb and a file cannot both be given')
  // What cannot be read is found out before a store is made.
  const source = database === undefined ? lineSource(call, file) : undefined
  const first = source === undefined ? levelEntries(call, database!) : undefined
  const begun = await first?.next()
  const { imported, leftOut } = await writing(call, directory, async ({ store }) => {
    if (source !== undefined) return { imported: await importLines(call, store, source), leftOut: 0 }
    return importLevel(call, store, begun!, first!)
  }).finally(() => first?.return(undefined))
  if (json) await out.record({ imported, leftOut })
  else await out.line(`${counted(imported, 'entry', 'entries')} imported`)
  return leftOut === 0 ? ExitCode.ok : ExitCode.fault
}

interface LineSource {
  readonly lines: AsyncGenerator<InputLine>
  /** Of a file: its size. */
  readonly bytes: number | undefined
}

function lineSource({ fileSystem, stdin }: Call, file: string | undefined): LineSource {
  if (file === undefined || file === '-') {
    if (stdin.isTTY === true)
      throw new UsageError('there is nothing to import: name a file, or send it to standard input')
    return { lines: inputLines(stdin), bytes: undefined }
  }
  const path = absolutePath(file)
  const status = fileSystem.status(path)
  if (status === undefined) throw new DataFault(`there is no file ${path}`)
  if (status.kind !== 'file') throw new DataFault(`${path} is no regular file: send its content to standard input`)
  return { lines: inputLines(fileChunks(fileSystem, path)), bytes: status.size }
}

async function importLines(call: Call, store: KeyValueStore, { lines, bytes }: LineSource): Promise<number> {
  const batches = new ImportBatches(store)
  const storedText = (): string =>
    `${counted(batches.stored, 'entry of this input was', 'entries of this input were')} put`
  try {
    for (;;) {
      const { value: line, done } = await interruptible(call.signal, lines.next())
      if (done === true) break
      const { key, value } = entryOf(line)
      await batches.put(key, value)
      call.progress.show(() => {
        const share =
          bytes === undefined ? bytesText(line.readBytes) : `${Math.floor((100 * line.readBytes) / bytes)} %`
        return `${numberText(batches.stored)} entries imported, ${share}`
      })
    }
    await batches.flush()
  } catch (error) {
    if (error instanceof VarveError && error.code === 'ABORTED')
      throw new DataFault(`${storedText()}; import all of it again`)
    if (!(error instanceof DataFault)) throw error
    await batches.flush()
    throw new DataFault(`${error.message}; ${storedText()}: mend it and import all of it again`)
  } finally {
    // An input that is open keeps the process alive. One that is being read ends only behind that: nobody interrupted
    // waits.
    await interruptible(call.signal, lines.return(undefined)).catch(() => {})
  }
  return batches.stored
}

function entryOf({ number, bytes, isTooLong }: InputLine): LineEntry {
  if (isTooLong) throw new DataFault(`line ${number}: it is longer than an entry can be`)
  try {
    return parseEntryLine(bytes)
  } catch (error) {
    if (error instanceof LineFault) throw new DataFault(`line ${number}: ${error.message}`)
    throw error
  }
}

async function importLevel(
  call: Call,
  store: KeyValueStore,
  first: IteratorResult<SourceEntry>,
  entries: AsyncGenerator<SourceEntry>,
): Promise<{ imported: number; leftOut: number }> {
  const batches = new ImportBatches(store)
  let leftOut = 0
  for (let step = first; step.done !== true; step = await interruptible(call.signal, entries.next())) {
    const [key, value] = step.value
    if (key.length > MAX_KEY_BYTES) {
      leftOut++
      await call.notes.line(`varve: left out a key of ${numberText(key.length)} bytes, more than a key may have`)
      continue
    }
    await batches.put(key, value)
    call.progress.show(() => `${numberText(batches.stored)} entries imported`)
  }
  await batches.flush()
  return { imported: batches.stored, leftOut }
}
