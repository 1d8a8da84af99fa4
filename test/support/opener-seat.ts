import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type OpenerAnswer, OpenerContender, type OpenerRequest } from './opener-contender.ts'

const PROGRAM = new URL('opener-program.js', import.meta.url)

/** Where a contender sits: in a process of its own, in a thread, or in this process. */
export interface OpenerSeat {
  readonly kind: 'process' | 'thread' | 'here'
  /** The process that a lock of this contender names. */
  readonly pid: number
  ask(request: OpenerRequest): Promise<OpenerAnswer>
  /** Ends the contender without a close, a process by kill -9, and seats another one. In this process nobody can be killed. */
  kill(): Promise<OpenerSeat>
  end(): Promise<void>
}

export async function seatProcess(): Promise<OpenerSeat> {
  const child: ChildProcess = fork(fileURLToPath(PROGRAM), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await once(child, 'message')
  const end = async (): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  return {
    kind: 'process',
    pid: child.pid!,
    async ask(request) {
      child.send(request)
      return ((await once(child, 'message')) as [OpenerAnswer])[0]
    },
    async kill() {
      await end()
      return seatProcess()
    },
    end,
  }
}

export async function seatThread(): Promise<OpenerSeat> {
  const worker = new Worker(PROGRAM)
  await once(worker, 'message')
  return {
    kind: 'thread',
    pid: process.pid,
    async ask(request) {
      worker.postMessage(request)
      return ((await once(worker, 'message')) as [OpenerAnswer])[0]
    },
    async kill() {
      await worker.terminate()
      return seatThread()
    },
    async end() {
      await worker.terminate()
    },
  }
}

export function seatHere(): OpenerSeat {
  const contender = new OpenerContender()
  const seat: OpenerSeat = {
    kind: 'here',
    pid: process.pid,
    ask: (request) => contender.answer(request),
    kill: async () => {
      await contender.answer({ ask: 'close' })
      return seat
    },
    end: async () => {},
  }
  return seat
}
