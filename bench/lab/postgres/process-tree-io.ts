import { readdirSync, readFileSync } from 'node:fs'

/** What the system counted of a process and its children, those included that have ended and were waited for. */
export interface TreeIo {
  readonly wchar: number
  readonly writeBytes: number
}

/** Processes that end while it reads count once their parent has waited for them. */
export function processTreeIo(pid: number): TreeIo {
  let wchar = 0
  let writeBytes = 0
  for (const id of [pid, ...childrenOf(pid)]) {
    const text = readText(`/proc/${id}/io`)
    wchar += field(text, 'wchar')
    writeBytes += field(text, 'write_bytes')
  }
  return { wchar, writeBytes }
}

/** PostgreSQL's processes are all children of the first one. */
function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return all.filter((id) => parentOf(id) === pid)
}

function parentOf(pid: number): number {
  const stat = readText(`/proc/${pid}/stat`)
  // The name stands in parentheses and may hold anything.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
