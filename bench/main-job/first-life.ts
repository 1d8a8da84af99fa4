import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type LifeCounters, noCounters, readAcknowledgements } from './acknowledgements.ts'

export interface FirstLife {
  /** One byte a message: 1 where it was acknowledged. */
  readonly acknowledged: Uint8Array
  readonly count: number
  readonly counters: LifeCounters
  /** From the first acknowledgement to the last. */
  readonly seconds: number
}

export interface FirstLifePlan {
  readonly directory: string
  readonly messages: number
  readonly writers: number
  /** The child is killed once it has acknowledged this many. */
  readonly killAt: number
  readonly progress: (acknowledged: number) => void
}

/**
 * Starts a loader and kills it with SIGKILL in mid-load. What is still in the pipe then was acknowledged, so it
 * counts.
 */
export async function loadUntilKilled(plan: FirstLifePlan): Promise<FirstLife> {
  const program = fileURLToPath(new URL('./loader.js', import.meta.url))
  const child = spawn(process.execPath, [program, plan.directory, `${plan.messages}`, `${plan.writers}`], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  const interrupt = (): void => {
    child.kill('SIGKILL')
    process.exit(130)
  }
  process.once('SIGINT', interrupt)

  const acknowledged = new Uint8Array(plan.messages)
  let count = 0
  let counters = noCounters
  let first = 0
  let last = 0
  for await (const frame of readAcknowledgements(child.stdio[3] as Readable)) {
    for (const index of frame.indexes) acknowledged[index] = 1
    count += frame.indexes.length
    counters = frame.counters
    last = performance.now()
    first ||= last
    plan.progress(count)
    if (count >= plan.killAt) child.kill('SIGKILL')
  }
  const how = await ended
  process.off('SIGINT', interrupt)
  if (how !== 'SIGKILL') throw new Error(`the loader was to be killed, but ended by itself with ${how}`)
  return { acknowledged, count, counters, seconds: (last - first) / 1000 }
}
