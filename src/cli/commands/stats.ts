import { absolutePath } from '../../fs/absolute-path.ts'
import type { FileSystem } from '../../index.ts'
import { dumpedKind } from '../../inspect/dump-file.ts'
import { outlineOf } from '../../inspect/store-outline.ts'
import { escaped } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { type OpenedStore, reading } from '../opening.ts'
import { bytesText, columnsText, counted, numberText } from '../quantity-text.ts'

export async function run(call: Call): Promise<ExitCode> {
  const { operands, json, out, fileSystem } = call
  const directory = absolutePath(operands[0])
  await reading(call, directory, async (opened) => {
    const files = filesOf(fileSystem, directory)
    if (json) {
      const { kind, store } = opened
      const outline = kind === 'lsm' ? { strategy: outlineOf(fileSystem, directory).strategy } : {}
      await out.document({ directory, kind, ...outline, files, recovery: store.recovery, statistics: store.stats() })
      return
    }
    const tree = opened.kind === 'lsm' ? lsmRows(fileSystem, directory) : btreeRows(opened)
    const rows = [...lifeRows(opened), ...tree, ...fileRows(files)]
    await out.line(`${opened.kind === 'lsm' ? 'LSM store' : 'B-tree'} in ${escaped(directory)}`)
    await out.lines(columnsText(rows).map((line) => `  ${line}`))
  })
  return ExitCode.ok
}

interface FileSizes {
  count: number
  bytes: number
}

type Row = readonly [name: string, what: string]

/** What the directory holds, by kind. */
function filesOf(fileSystem: FileSystem, directory: string): Record<string, FileSizes> {
  const sizes: Record<string, FileSizes> = {}
  for (const name of fileSystem.list(directory)) {
    const status = fileSystem.status(`${directory}/${name}`)
    if (status?.kind !== 'file') continue
    const size = (sizes[dumpedKind(name) ?? (name === 'pages' ? 'pages' : 'other')] ??= { count: 0, bytes: 0 })
    size.count++
    size.bytes += status.size
  }
  return sizes
}

const IN_NO_TABLE = { lsm: 'no table holds yet', btree: 'the pages do not hold yet' } as const

function lifeRows({ kind, store }: OpenedStore): Row[] {
  const { databaseId, epoch, clean, logs, operationsReplayed, lastSequence } = store.recovery
  const cut = `was cut short; the next opening that writes recovers it`
  const lives = `${numberText(epoch)}, of which the last ${clean ? 'ended with a close' : cut}`
  return [
    ['id', databaseId],
    ['lives', epoch === 0 ? '0: nothing has been written yet' : lives],
    ['last sequence', numberText(lastSequence)],
    [
      'in logs',
      `${counted(operationsReplayed, 'write')}, in ${counted(logs.length, 'log')}, that ${IN_NO_TABLE[kind]}`,
    ],
    ['keys', 'see varve count, which reads them all'],
  ]
}

function lsmRows(fileSystem: FileSystem, directory: string): Row[] {
  const { strategy, levels } = outlineOf(fileSystem, directory)
  const tables = levels.flatMap(({ runs }) => runs.flatMap((run) => run.tables))
  const sum = (of: 'entries' | 'tombstones' | 'userBytes' | 'bytes'): number =>
    tables.reduce((total, table) => total + table[of], 0)
  return [
    ['strategy', `${escaped(strategy)} when it was made`],
    [
      'levels',
      `${counted(levels.filter(({ runs }) => runs.length > 0).length, 'level')} with tables: see varve levels`,
    ],
    ['in tables', `${counted(sum('entries'), 'entry', 'entries')}, ${counted(sum('tombstones'), 'delete')} among them`],
    ['user bytes', `${bytesText(sum('userBytes'))}, in ${bytesText(sum('bytes'))} of tables`],
  ]
}

function btreeRows(opened: Extract<OpenedStore, { kind: 'btree' }>): Row[] {
  const { height, pageBytes, pages, freePages } = opened.store.stats().btree
  return [
    ['height', counted(height, 'level')],
    ['pages', `${numberText(pages)} of ${bytesText(pageBytes)}, ${numberText(freePages)} of them free`],
  ]
}

const FILE_NAMES: Readonly<Record<string, string>> = {
  table: 'tables',
  log: 'logs',
  manifest: 'manifests',
  pages: 'page file',
  current: 'CURRENT',
  other: 'other files',
}

function fileRows(files: Readonly<Record<string, FileSizes>>): Row[] {
  return Object.entries(FILE_NAMES).flatMap(([kind, name]): Row[] => {
    const size = files[kind]
    return size === undefined ? [] : [[name, `${counted(size.count, 'file')}, ${bytesText(size.bytes)}`]]
  })
}
