import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { type Calibration, calibrate } from './calibration.ts'
import { freshScratch } from './project.ts'

/** What a result needs to be read later: the code, the machine, and how fast that was on the day. */
export interface Provenance {
  readonly commit: string
  readonly date: string
  readonly node: string
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly calibration: Calibration
}

export function provenance(): Provenance {
  return {
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    calibration: calibrate(freshScratch('calibration')),
  }
}
