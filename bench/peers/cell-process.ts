import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type CellRequest, type CellRun, isNative, RESULT_MARK } from './cell.ts'

/** Threads that native bindings may use: with Node's four, no more than four of their writes share a sync. */
const NATIVE_THREADS = '64'

/** Runs a cell in a Node process of its own. */
export function runInProcess(request: CellRequest): CellRun {
  const { status, signal, stdout } = spawnCell(request)
  const line = stdout.split('\n').find((each) => each.startsWith(RESULT_MARK))
  if (status === 0 && line !== undefined) return JSON.parse(line.slice(RESULT_MARK.length))
  throw new Error(`${request.subject}, ${request.work}: its process ended with ${signal ?? status}`)
}

/** Runs one whose process ends by killing itself. */
export function runKilled(request: CellRequest): void {
  const { status, signal } = spawnCell(request)
  if (signal !== 'SIGKILL') throw new Error(`${request.subject}: a process that kills itself ended with ${status}`)
}

function spawnCell(request: CellRequest): SpawnSyncReturns<string> {
  const child = fileURLToPath(new URL('./child.js', import.meta.url))
  return spawnSync(process.execPath, [child, JSON.stringify(request)], {
    env: { ...process.env, ...(isNative(request.subject) && { UV_THREADPOOL_SIZE: NATIVE_THREADS }) },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}
