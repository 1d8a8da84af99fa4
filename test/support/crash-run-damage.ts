import type { FileSystem } from '../../src/fs/file-system.ts'
import type { Choices } from '../../src/testing/choices.ts'
import { HEADER_BYTES } from '../../src/wal/format.ts'
import { LogReader } from '../../src/wal/log-reader.ts'

/** What was done to one file. */
export interface Damage {
  readonly name: string
  /** For people. */
  readonly what: string
  /** Whether nothing can tell: the end of the newest log, or of the manifest, is gone, and what is left of it is as it was. */
  readonly isUnknowable: boolean
}

const WAYS = [
  'changed a byte of',
  'cut',
  'cut between two records',
  'zeroed a sector of',
  'doubled the end of',
  'replaced',
  'removed',
] as const

/** Damages one file of a directory, mostly a log, as no power cut would; undefined where there is nothing to damage. */
export function damage(disk: FileSystem, directory: string, choices: Choices): Damage | undefined {
  if (disk.status(directory) === undefined) return undefined
  const isFile = (name: string): boolean => disk.status(`${directory}/${name}`)?.kind === 'file'
  const names = disk.list(directory).filter((name) => name !== 'LOCK' && isFile(name))
  if (names.length === 0) return undefined
  const logs = names.filter((name) => name.endsWith('.wal')).sort()
  if (logs.length > 2 && choices.pick(2, 'damage') === 1) return removeBetween(disk, directory, logs, choices)
  const isOfLog = choices.pick(3, 'damage') > 0 && logs.length > 0
  const name = chosen(choices, isOfLog ? logs : names.sort())
  const path = `${directory}/${name}`
  const newest = logs.findLast((log) => disk.status(`${directory}/${log}`)!.size > HEADER_BYTES)
  const isLast = name.startsWith('MANIFEST-') || (newest !== undefined && name >= newest && name.endsWith('.wal'))
  const bytes = contentsOf(disk, path)
  const way = WAYS[choices.pick(WAYS.length, 'damage')]!
  const what = `${way} ${name}`
  if (way === 'removed') {
    disk.unlinkSync(path)
    return { name, what, isUnknowable: isLast && name.endsWith('.wal') }
  }
  const hasRecords = name.endsWith('.wal') || name.startsWith('MANIFEST-')
  const isAtRecord = hasRecords && way === 'cut between two records'
  const at = isAtRecord ? boundaryOf(disk, path, choices) : choices.pick(Math.max(1, bytes.length), 'damage')
  const changed = changedBytes(way, bytes, at, contentsOf(disk, `${directory}/${chosen(choices, names)}`))
  const file = disk.open(path, 'write', 'other')
  file.truncateSync(0)
  file.appendSync(changed)
  file.syncSync()
  file.close()
  const isCut = changed.length <= HEADER_BYTES || Buffer.compare(changed, bytes.subarray(0, changed.length)) === 0
  return { name, what, isUnknowable: isLast && isCut }
}

/** Only the log behind it knows of a log that is neither the first nor the last one. */
function removeBetween(disk: FileSystem, directory: string, logs: readonly string[], choices: Choices): Damage {
  const name = chosen(choices, logs.slice(1, -1))
  const isLast = logs.every((log) => log <= name || disk.status(`${directory}/${log}`)!.size <= HEADER_BYTES)
  disk.unlinkSync(`${directory}/${name}`)
  return { name, what: `removed ${name} from between others`, isUnknowable: isLast }
}

function changedBytes(way: (typeof WAYS)[number], bytes: Uint8Array, at: number, other: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  switch (way) {
    case 'zeroed a sector of':
      return copy.fill(0, at, at + 64)
    case 'doubled the end of':
      return Uint8Array.from([...copy, ...copy.subarray(at)])
    case 'replaced':
      return other
    case 'changed a byte of':
      if (at < copy.length) copy[at] = copy[at]! ^ 0x41
      return copy
    default:
      return copy.subarray(0, at)
  }
}

/** Where one of the records of a log or manifest begins; its end where it holds none. */
function boundaryOf(disk: FileSystem, path: string, choices: Choices): number {
  const reader = LogReader.open(disk, path)
  const offsets: number[] = []
  if (reader.header !== undefined) {
    for (let record = reader.next(); record !== undefined; record = reader.next()) offsets.push(record.offset)
  }
  return offsets.length === 0 ? reader.bytes.length : offsets[choices.pick(offsets.length, 'damage')]!
}

function chosen(choices: Choices, names: readonly string[]): string {
  return names[choices.pick(names.length, 'damage')]!
}

function contentsOf(disk: FileSystem, path: string): Uint8Array {
  const file = disk.open(path, 'read')
  const bytes = new Uint8Array(file.sizeSync())
  file.readSync(bytes, 0)
  file.close()
  return bytes
}
