import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a child ended that nobody helped to end. */
export interface ChildEnd {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Starts a program of this folder from its compiled file; its temporary files go to `directory`. */
export function startChild(
  program: string,
  plan: unknown,
  directory: string,
  nodeOptions: string[] = [],
): ChildProcess {
  const file = fileURLToPath(new URL(`./${program}.js`, import.meta.url))
  return spawn(process.execPath, [...nodeOptions, file, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: directory },
  })
}

/** Waits for a child to end by itself; kills it, and rejects, when it has not after `limitMs`. */
export async function endOf(child: ChildProcess, limitMs: number): Promise<ChildEnd> {
  let output = ''
  let errors = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, limitMs)
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (late) throw new Error(`the child did not end by itself: ${output.slice(-2000)}\n${errors.slice(-4000)}`)
    return { code, output, errors }
  } finally {
    clearTimeout(timer)
  }
}
