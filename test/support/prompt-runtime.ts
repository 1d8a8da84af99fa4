import type { Runtime } from '../../src/runtime.ts'
import type { CallRuntime } from '../../src/testing/file-calls.ts'
import { seededNumbers } from './seeded-numbers.ts'

/** A runtime without waiting: its clock stands still, so no timer is ever due, and a yield ends as soon as nobody else can go on. */
export function promptRuntime(seed: number): Runtime {
  const next = seededNumbers(seed)
  return {
    now: () => 1_700_000_000_000,
    monotonic: () => 0,
    random(target) {
      for (let i = 0; i < target.length; i++) target[i] = next() & 0xff
      return target
    },
    timer: () => () => {},
    sleep: () => new Promise(() => {}),
    yield: () => new Promise((resolve) => process.nextTick(resolve)),
    spawn(_name, task) {
      void task()
    },
  }
}

/** For a simulated disk: an asynchronous call takes effect when nothing else can go on, so that whoever does not await it is too early. */
export const lateCalls: CallRuntime = { now: () => 1_700_000_000_000, schedule: (step) => process.nextTick(step) }
