import { basename, dirname } from 'node:path'
import { VarveError } from '../../errors.ts'
import { absolutePath } from '../../fs/absolute-path.ts'
import { type DumpedKind, dumpedKind, dumpFile } from '../../inspect/dump-file.ts'
import { escaped } from '../bytes-text.ts'
import type { Call } from '../command.ts'
import { dumpLines, dumpRecord } from '../dump-text.ts'
import { ExitCode } from '../exit-code.ts'
import { bytesText, columnsText } from '../quantity-text.ts'
import { encodingOf } from '../shared-options.ts'
import { noStore, storeKind } from '../store-kind.ts'
import { UsageError } from '../usage-error.ts'

/** The event loop gets a turn after so many items. */
const ITEMS_PER_TURN = 1000

export async function run(call: Call): Promise<ExitCode> {
  const { operands, fileSystem } = call
  const [given = '', file] = operands
  const path = absolutePath(given)
  // A path that leads to the file itself is as good.
  if (file === undefined && fileSystem.status(path)?.kind === 'file') return dump(call, dirname(path), basename(path))
  if (file !== undefined) return dump(call, path, file)
  if (storeKind(fileSystem, path) === undefined) throw noStore(path, 'check the path')
  return list(call, path)
}

interface ListedFile {
  readonly name: string
  readonly kind: DumpedKind | undefined
  readonly bytes: number
}

/** What other files of a store are. */
const UNDUMPED: Readonly<Record<string, string>> = {
  pages: 'pages',
  CHECKPOINT: 'checkpoint',
  'double-write': 'copies of pages',
  LOCK: 'lock',
}

async function list({ fileSystem, out, json }: Call, directory: string): Promise<ExitCode> {
  const files = ['', 'lost/'].flatMap((folder) => {
    if (fileSystem.status(`${directory}/${folder}`)?.kind !== 'directory') return []
    return fileSystem.list(`${directory}/${folder}`).flatMap((each): ListedFile[] => {
      const name = `${folder}${each}`
      const status = fileSystem.status(`${directory}/${name}`)
      return status?.kind === 'file' ? [{ name, kind: dumpedKind(name), bytes: status.size }] : []
    })
  })
  files.sort((a, b) => (a.name < b.name ? -1 : 1))
  if (json) for (const each of files) await out.record(each)
  else
    await out.lines(
      columnsText(
        files.map(({ name, kind, bytes }) => [escaped(name), kind ?? UNDUMPED[name] ?? '', bytesText(bytes)]),
      ),
    )
  return ExitCode.ok
}

async function dump(call: Call, directory: string, file: string): Promise<ExitCode> {
  const { fileSystem, options, out, json, signal, runtime } = call
  const kind = dumpedKind(file)
  if (kind === undefined) throw new UsageError('dump reads logs, tables, manifests and CURRENT, by the names they have')
  const path = `${directory}/${file}`
  if (fileSystem.status(path) === undefined) {
    throw new VarveError('NOT_FOUND', `there is no file ${path}: varve dump <directory> lists what there is`, {
      file: path,
    })
  }
  const style = { encoding: encodingOf(options), withValues: options.has('values') }
  let isDamaged = false
  let items = 0
  for (const item of dumpFile(fileSystem, directory, file, kind)) {
    if (item.type === 'damage' && item.isProven) isDamaged = true
    if (json) await out.record(dumpRecord(item, style))
    else await out.lines(dumpLines(item, style))
    if (++items % ITEMS_PER_TURN > 0) continue
    await runtime.yield()
    if (signal.aborted) throw new VarveError('ABORTED', 'interrupted')
  }
  return isDamaged ? ExitCode.fault : ExitCode.ok
}
