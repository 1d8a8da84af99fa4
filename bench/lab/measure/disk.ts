import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** File systems that keep everything in memory: nothing written there ever reaches a disk. */
const IN_MEMORY: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
])

/** Refuses a place where the operating system writes nothing: there is no write amplification to measure. */
export function requireDisk(directory: string, fileSystemType: number = statfsSync(directory).type): void {
  const name = IN_MEMORY.get(fileSystemType)
  if (name === undefined) return
  throw new Error(`${directory} is on ${name}, which writes to no disk: run the lab in a folder on a real file system`)
}

/** The type of the file system that holds `directory`, as its mount says. */
export function fileSystemName(directory: string, mounts: string = readFileSync('/proc/mounts', 'utf8')): string {
  let best = { point: '', type: 'unknown' }
  for (const line of mounts.split('\n')) {
    const [, point = '', type = ''] = line.split(' ')
    const holds = directory === point || directory.startsWith(point.endsWith('/') ? point : `${point}/`)
    if (point !== '' && holds && point.length >= best.point.length) best = { point, type }
  }
  return best.type
}

/** A log of the LSM-tree, or of the B-tree. */
const LOG = /\.(?:wal|log)$/

export interface DiskUse {
  /** Bytes of everything but logs. */
  readonly dataBytes: number
  readonly logBytes: number
}

/** What a store's files take now. One that goes while this looks counts as gone. */
export function diskUse(directory: string): DiskUse {
  let dataBytes = 0
  let logBytes = 0
  for (const name of readdirSync(directory)) {
    const status = statSync(join(directory, name), { throwIfNoEntry: false })
    if (status === undefined || !status.isFile()) continue
    if (LOG.test(name)) logBytes += status.size
    else dataBytes += status.size
  }
  return { dataBytes, logBytes }
}
