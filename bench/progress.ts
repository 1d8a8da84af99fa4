import { SingleBar } from 'cli-progress'

export interface Progress {
  update(done: number): void
  stop(): void
}

/** A bar on standard error where that is a terminal; elsewhere a plain line at every tenth. */
export function startProgress(label: string, total: number, done = 0): Progress {
  return process.stderr.isTTY ? startBar(label, total, done) : startLines(label, total, done)
}

function startBar(label: string, total: number, done: number): Progress {
  const bar = new SingleBar({ format: `${label} {bar} {percentage} % {value}/{total}`, hideCursor: true, fps: 10 })
  bar.start(total, done)
  return { update: (value) => bar.update(value), stop: () => bar.stop() }
}

function startLines(label: string, total: number, done: number): Progress {
  let tenth = Math.floor((10 * done) / total)
  return {
    update(value) {
      const reached = Math.floor((10 * value) / total)
      if (reached <= tenth) return
      tenth = reached
      process.stderr.write(`${label} ${10 * tenth} %\n`)
    },
    stop() {},
  }
}
