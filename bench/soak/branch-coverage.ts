import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { findSourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

/** What a module does once, when it is loaded, is no branch. */
const OUTSIDE = -1

/** How often each stretch of a file ran: `counts` has a number for each character, a negative one outside of functions. */
export interface FileCoverage {
  readonly url: string
  readonly counts: Float64Array
}

/** A stretch of one file whose code ran equally often. */
export interface Branch {
  readonly file: string
  readonly line: number
  readonly text: string
  readonly count: number
}

/** V8's own counts of blocks: the code that is measured needs no marks. */
export class BranchCoverage {
  readonly #session: Session = new Session()
  readonly #ending: RegExp

  /** `ending` chooses files by their URL. */
  constructor(ending: RegExp) {
    this.#ending = ending
  }

  /** Only what is loaded afterwards is counted by blocks. */
  async start(): Promise<void> {
    this.#session.connect()
    await this.#session.post('Profiler.enable')
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** What ran since the last time. */
  async take(): Promise<FileCoverage[]> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage')
    const files: FileCoverage[] = []
    for (const { url, functions } of result) {
      if (!this.#ending.test(url)) continue
      const counts = new Float64Array(readFileSync(fileURLToPath(url), 'utf8').length)
      // A function comes before those within it, and so does a block.
      for (const { functionName, ranges } of functions) {
        const isModule = functionName === '' && ranges[0]!.startOffset === 0
        for (const { startOffset, endOffset, count } of ranges) {
          counts.fill(isModule ? OUTSIDE : count, startOffset, endOffset)
        }
      }
      files.push({ url, counts })
    }
    return files
  }
}

export function addCoverage(into: Map<string, Float64Array>, files: readonly FileCoverage[]): void {
  for (const { url, counts } of files) {
    const sum = into.get(url)
    if (sum === undefined) into.set(url, counts)
    else for (const [index, count] of counts.entries()) sum[index]! += count
  }
}

/** Every stretch that holds code, in the order of files and lines. */
export function branchesOf(coverage: ReadonlyMap<string, Float64Array>): Branch[] {
  const branches: Branch[] = []
  for (const [url, counts] of [...coverage].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const code = readFileSync(fileURLToPath(url), 'utf8')
    const map = findSourceMap(fileURLToPath(url))
    for (let start = 0; start < counts.length; ) {
      let end = start
      while (end < counts.length && counts[end] === counts[start]) end++
      const text = code.slice(start, end)
      const offset = text.search(/[A-Za-z]/)
      if (counts[start]! >= 0 && offset !== -1 && !/^[\s{}();,]*(else|\/\/[^\n]*)?[\s{}();,]*$/.test(text)) {
        const before = code.slice(0, start + offset).split('\n')
        const line = map?.findEntry(before.length - 1, before.at(-1)!.length)
        const at = line !== undefined && 'originalLine' in line ? line.originalLine + 1 : before.length
        const file = url.slice(url.lastIndexOf('/src/') + 5).replace(/\.js$/, '.ts')
        branches.push({ file, line: at, text: text.slice(offset).split('\n')[0]!.trim(), count: counts[start]! })
      }
      start = end
    }
  }
  return branches
}
