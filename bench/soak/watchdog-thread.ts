import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { CURRENT, OVER, type WatchdogData } from './watchdog.ts'

const { cells, seconds, advice } = workerData as WatchdogData
let before = -1
while (Atomics.wait(cells, OVER, 0, 1000 * seconds) === 'timed-out') {
  const number = Atomics.load(cells, CURRENT)
  if (number === before) {
    writeSync(2, `execution ${number} does not end; again: ${advice} ${number}\n`)
    process.kill(process.pid, 'SIGKILL')
  }
  before = number
}
