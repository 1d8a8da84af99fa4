import type { Branch } from './branch-coverage.ts'

export const MIN_HITS = 100

/** Branches that no crash reaches, by the file and the beginning of their text, and why. */
const UNREACHABLE: readonly (readonly [file: string, text: string, why: string])[] = []

/** The branches of recovery and how often each ran; those that ran too seldom, and are not argued for, are missing. */
export function branchTable(branches: readonly Branch[]): { readonly table: string; readonly missing: string[] } {
  const lines: string[] = []
  const missing: string[] = []
  let argued = 0
  for (const { file, line, text, count } of branches) {
    if (count >= MIN_HITS) continue
    const shown = `${String(count).padStart(8)}  ${file}:${line}  ${text.slice(0, 90)}`
    const reason = UNREACHABLE.find(([inFile, start]) => inFile === file && text.startsWith(start))
    if (reason === undefined) missing.push(`${file}:${line} ${text.slice(0, 90)}: ${count}`)
    else argued++
    lines.push(reason === undefined ? shown : `${shown}: ${reason[2]}`)
  }
  const often = branches.length - argued - missing.length
  const head = `branches of recovery: ${branches.length}; ${often} ran ${MIN_HITS} times or more, ${argued} cannot, ${missing.length} are missing`
  return { table: [head, ...lines].join('\n'), missing }
}
