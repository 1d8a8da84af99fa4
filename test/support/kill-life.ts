import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { KillPlan } from './kill-file-system.ts'

export interface ChildPlan {
  readonly directory: string
  readonly seed: number
  readonly life: number
  readonly writers: number
  readonly kill: KillPlan
}

/** What a life has told before its end. */
export interface LifeReport {
  readonly opened: boolean
  /** Whether the armed point was reached, so that the child died by its own hand. */
  readonly struck: boolean
  /** Writes from 0 to below this may have been issued, no others. */
  readonly limit: number
  /** Every durable write below this was acknowledged or precedes one that was. */
  readonly acknowledged: number
  /** How many durable writes were acknowledged. */
  readonly acknowledgements: number
}

/** What a word on the pipe says, in its two highest bits; the others hold the number of a write. */
export const wordKinds = { limit: 0, acknowledged: 1, opened: 2, struck: 3 } as const

/** Synchronous, so that the parent has it whatever happens next. */
export function sendWord(kind: number, n: number): void {
  const word = Buffer.allocUnsafe(4)
  word.writeUInt32LE(((kind << 30) | n) >>> 0)
  writeSync(3, word)
}

class LifeListener {
  opened = false
  struck = false
  limit = 0
  acknowledged = 0
  acknowledgements = 0
  #rest: Buffer = Buffer.alloc(0)

  take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const whole = bytes.length & ~3
    for (let at = 0; at < whole; at += 4) this.#word(bytes.readUInt32LE(at))
    this.#rest = bytes.subarray(whole)
  }

  #word(word: number): void {
    const n = word & 0x3fffffff
    switch (word >>> 30) {
      case wordKinds.limit:
        this.limit = n
        break
      case wordKinds.acknowledged:
        this.acknowledged = Math.max(this.acknowledged, n + 1)
        this.acknowledgements++
        break
      case wordKinds.opened:
        this.opened = true
        break
      default:
        this.struck = true
    }
  }
}

/**
 * Runs one child until it is killed: at its armed point, or by this process `delayMs` after it has opened the store.
 * Rejects when the child ended in any other way, such as by a failed write.
 */
export async function runLife(plan: ChildPlan, delayMs: number): Promise<LifeReport> {
  const program = fileURLToPath(new URL('./kill-child.js', import.meta.url))
  const child = spawn(process.execPath, [program, JSON.stringify(plan)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const listener = new LifeListener()
  let errors = ''
  let timer: NodeJS.Timeout | undefined
  child.stderr!.on('data', (text: Buffer) => {
    errors += text
  })
  ;(child.stdio[3] as Readable).on('data', (chunk: Buffer) => {
    listener.take(chunk)
    if (listener.opened) timer ??= setTimeout(() => child.kill('SIGKILL'), delayMs)
  })
  const how = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  clearTimeout(timer)
  if (how !== 'SIGKILL') throw new Error(`the child of life ${plan.life} ended with ${how}: ${errors}`)
  const { opened, struck, limit, acknowledged, acknowledgements } = listener
  return { opened, struck, limit, acknowledged, acknowledgements }
}
