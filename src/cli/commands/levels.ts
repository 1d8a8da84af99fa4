import { absolutePath } from '../../fs/absolute-path.ts'
import { outlineOf, type StoreOutline } from '../../inspect/store-outline.ts'
import { escaped, shortened, shownBytes } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { bytesField } from '../entry-line.ts'
import { ExitCode } from '../exit-code.ts'
import { bytesText, counted, numberText } from '../quantity-text.ts'
import { noStore, storeKind } from '../store-kind.ts'
import { keySpan, treePicture } from '../tree-picture.ts'
import { UsageError } from '../usage-error.ts'

const KEY_CHARACTERS = 32

export async function run(call: Call): Promise<ExitCode> {
  const { operands, json, out, fileSystem, columns } = call
  const directory = absolutePath(operands[0])
  const kind = storeKind(fileSystem, directory)
  if (kind === undefined) throw noStore(directory, 'check the path')
  if (kind === 'btree') throw new UsageError('a B-tree has no levels of tables: see varve stats')
  const outline = outlineOf(fileSystem, directory)
  if (json) {
    await out.document(outlineRecord(outline))
    return ExitCode.ok
  }
  const { levels, strategy, logs } = outline
  const tables = levels.flatMap(({ runs }) => runs.flatMap((run) => run.tables))
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0)
  await out.line(`${escaped(directory)}: made with ${escaped(strategy)}`)
  await out.line(
    tables.length === 0
      ? 'no tables yet: all there is lies in the log'
      : `${counted(tables.length, 'table')}, ${bytesText(bytes)}; newer runs stand above older ones`,
  )
  await out.lines(treePicture(levels, columns))
  const span = keySpan(levels)
  if (span !== undefined) {
    const text = (key: Uint8Array): string => shortened(shownBytes(key, 'utf8'), KEY_CHARACTERS)
    await out.line(`keys from ${text(span.first)} to ${text(span.last)}`)
  }
  const logBytes = logs.reduce((sum, log) => sum + log.bytes, 0)
  const logsText = `${counted(logs.length, 'log')} with ${bytesText(logBytes)}`
  await out.line(`${logsText}; tables go to sequence ${numberText(outline.lastSequence)}`)
  return ExitCode.ok
}

function outlineRecord(outline: StoreOutline): object {
  const levels = outline.levels.map(({ runs, bytes }, level) => ({
    level,
    bytes,
    runs: runs.map((run) => ({
      run: run.number,
      bytes: run.bytes,
      tables: run.tables.map(({ smallest, largest, level: _level, run: _run, ...table }) => ({
        ...table,
        ...bytesField('smallest', smallest, 'utf8'),
        ...bytesField('largest', largest, 'utf8'),
      })),
    })),
  }))
  return { ...outline, levels }
}
