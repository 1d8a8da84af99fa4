import { readdirSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A place in the sources that calls a FileSystem or a FileHandle, such as 'src/wal/log-writer.ts:134 appendSync'. */
export type CallSite = string

/** The rooms, or files, that are file systems themselves, or pass calls on. */
const FILE_SYSTEMS =
  /^src\/(testing\/|fs\/(node-|memory-|counting-|lock-|directory-lock|crash-image|write-gate|file-system))/
/** Methods that only a file system or a file has. Closing and measuring never fail, and are no calls. */
const SURE =
  'makeDirectory|removeDirectory|rename|unlinkSync|syncDirectorySync|syncDirectory|lockHolder|readSync|appendSync|writeSync|truncateSync|syncSync'
/** Methods that others have, too: the receiver tells. */
const SHARED = 'status|list|open|unlink|lock|read|append|write|truncate|sync'
const RECEIVER = '(?:[Ff]ileSystem|\\bfs|[Ff]ile|[Hh]andle)'
const CALL = new RegExp(`\\.(${SURE})\\(|${RECEIVER}\\.(${SHARED})\\(`, 'g')

/** Of the two engines, the B-tree's own; what both share is the LSM store's. */
export type Engine = 'lsm' | 'btree'

/**
 * What has the real disk only: threads (test/thread), and the command (test/cli), whose every call is one of the engine's doors or a look at a name.
 */
const REAL_DISK_ONLY = /^src\/(cli|compaction\/thread)\//

/** Every call site of an engine below a folder that holds `src`, found in the text. */
export function sitesInSources(root: string, engine: Engine): CallSite[] {
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name.endsWith('.ts')).map((name) => `src/${name.split(sep).join('/')}`)
  return files
    .filter((file) => !FILE_SYSTEMS.test(file) && !REAL_DISK_ONLY.test(file))
    .filter((file) => file.startsWith('src/btree/') === (engine === 'btree'))
    .sort()
    .flatMap((file) => sitesIn(file, readFileSync(join(root, file), 'utf8')))
}

/** The call sites of one file. */
export function sitesIn(file: string, text: string): CallSite[] {
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*(\/\/|\*|\/\*)/.test(line)) return []
    return [...line.matchAll(CALL)].map(([, sure, shared]) => `${file}:${index + 1} ${sure ?? shared}`)
  })
}

const maps = new Map<string, SourceMap>()

/** Where in the sources a call comes from that has just reached a simulated file system. */
export function currentSite(): CallSite {
  const holder: { stack?: NodeJS.CallSite[] } = {}
  const { prepareStackTrace, stackTraceLimit } = Error
  Error.stackTraceLimit = 24
  Error.prepareStackTrace = (_error, frames) => frames
  Error.captureStackTrace(holder)
  const frames = holder.stack!
  Error.prepareStackTrace = prepareStackTrace
  Error.stackTraceLimit = stackTraceLimit
  // The frames of the file system itself name the method that was called.
  let method = ''
  for (const frame of frames) {
    const url = frame.getFileName() ?? ''
    const at = url.lastIndexOf('/dist/src/')
    if (at === -1) continue
    const file = `${url.slice(at + 6, -3)}.ts`
    if (FILE_SYSTEMS.test(file)) method = frame.getFunctionName()?.split('.').at(-1) ?? ''
    else return `${file}:${lineInSource(url, frame.getLineNumber()!, frame.getColumnNumber()!)} ${method}`
  }
  return 'outside of src'
}

function lineInSource(url: string, line: number, column: number): number {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  let map = maps.get(path)
  if (map === undefined) {
    map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')))
    maps.set(path, map)
  }
  const entry = map.findEntry(line - 1, column - 1)
  if (!('originalLine' in entry)) throw new Error(`no source of ${path}:${line}:${column}`)
  return entry.originalLine + 1
}
