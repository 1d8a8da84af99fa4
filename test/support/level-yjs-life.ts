import { startChild } from './level-child.ts'
import type { YjsPlan } from './level-yjs-child.ts'

/** When to kill: `delayMs` after so many acknowledgements. */
export interface YjsKill {
  readonly acknowledgements: number
  readonly delayMs: number
}

/**
 * Runs one child until this process kills it; resolves with the numbers of the updates that were acknowledged. Rejects
 * when the child ended in any other way, or had anything to complain of: y-leveldb only warns of what failed.
 */
export async function runYjsLife(plan: YjsPlan, { acknowledgements, delayMs }: YjsKill): Promise<number[]> {
  const child = startChild('level-yjs-child', plan, plan.directory)
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
    if (count >= acknowledgements) timer ??= setTimeout(() => child.kill('SIGKILL'), delayMs)
  })
  const how = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  clearTimeout(timer)
  if (how !== 'SIGKILL' || errors !== '') throw new Error(`a life ended with ${how}: ${errors}`)
  return lines.split('\n').slice(0, -1).map(Number)
}
