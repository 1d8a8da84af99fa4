import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { MutationTask } from './mutation-child.ts'
import type { Verdict } from './mutation-detectors.ts'

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** A process in which the engine is loaded with its mutants. */
export class MutationProcess {
  readonly #child: ChildProcess
  #failure: string | undefined

  constructor() {
    this.#child = fork(beside('./mutation-child.js'), {
      execArgv: ['--expose-gc', '--import', beside('./mutation-register.js')],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let errors = ''
    this.#child.stderr!.on('data', (text: Buffer) => {
      errors = `${errors}${text.toString()}`.slice(-2000)
    })
    this.#child.on('exit', (code, signal) => {
      this.#failure ??= `the process ended (${code ?? signal}): ${errors}`
    })
  }

  /** Whether it can run another case. */
  get isAlive(): boolean {
    return this.#failure === undefined
  }

  /** Runs one detector. One that takes longer than `ms` ends the process, and has shown nothing. */
  run(task: MutationTask, ms: number): Promise<Verdict> {
    const { detector } = task
    return new Promise((resolve) => {
      const finish = (verdict: Verdict): void => {
        clearTimeout(timer)
        this.#child.off('message', finish)
        this.#child.off('exit', ended)
        resolve(verdict)
      }
      const broken = (message: string): void => finish({ detector, failure: { message, isViolation: false }, cases: 0 })
      const ended = (): void => broken(this.#failure ?? 'the process ended')
      const timer = setTimeout(() => {
        this.#failure = `no end within ${ms} ms`
        this.end()
        broken(this.#failure)
      }, ms)
      this.#child.on('message', finish)
      this.#child.on('exit', ended)
      if (this.isAlive) this.#child.send(task)
      else ended()
    })
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}
