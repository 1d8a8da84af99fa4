import { startChild } from './level-child.ts'
import type { YjsPlan } from './level-yjs-child.ts'

export interface YjsLife {
  readonly directory: string
  /** The number of its first update. */
  readonly first: number
  readonly acknowledgements: number
  /** How long after the last of these it is killed; without, it kills itself at once. */
  readonly delayMs: number | undefined
}

/** What a life has told before its end. */
export interface YjsReport {
  /** The numbers of the updates that were acknowledged. */
  readonly acknowledged: readonly number[]
  /** Memtables that became tables, and merges of tables, between the first update and the last. */
  readonly flushes: number
  readonly compactions: number
}

/**
 * Runs one child until it is killed. Rejects when it ended in any other way, or had anything to complain of: y-leveldb
 * only warns of what failed.
 */
export async function runYjsLife({ directory, first, acknowledgements, delayMs }: YjsLife): Promise<YjsReport> {
  const lastAcknowledgement = delayMs === undefined ? acknowledgements : undefined
  const plan: YjsPlan = { directory, first, lastAcknowledgement }
  const child = startChild('level-yjs-child', plan, directory)
  let lines = ''
  let errors = ''
  let count = 0
  let timer: NodeJS.Timeout | undefined
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    lines += text
    count += text.split('\n').length - 1
    if (count >= acknowledgements && delayMs !== undefined) timer ??= setTimeout(() => child.kill('SIGKILL'), delayMs)
  })
  const how = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  clearTimeout(timer)
  if (how !== 'SIGKILL' || errors !== '') throw new Error(`a life ended with ${how}: ${errors}`)
  return reportOf(lines.split('\n').slice(0, -1))
}

function reportOf(lines: readonly string[]): YjsReport {
  const words = lines.map((line) => line.split(' ').map(Number))
  const [begin, end] = [words[0]!, words.at(-1)!]
  return {
    acknowledged: words.map(([n]) => n!),
    flushes: end[1]! - begin[1]!,
    compactions: end[2]! - begin[2]!,
  }
}
