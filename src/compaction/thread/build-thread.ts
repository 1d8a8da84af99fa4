import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { ThreadJob } from './thread-job.ts'
import type { ThreadMessage } from './thread-message.ts'

/** One worker thread, and the jobs that it was given. By itself it keeps no process alive. */
export class BuildThread {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #jobs = new Map<number, ThreadJob>()
  readonly #onIdle: () => void
  readonly #onLoss: (error: unknown) => void
  #isOver = false

  /** Throws where no thread can be had. `onLoss` is called once, when the thread has ended and nobody had asked it to. */
  constructor(onIdle: () => void, onLoss: (error: unknown) => void) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#onIdle = onIdle
    this.#onLoss = onLoss
    this.#worker = new Worker(new URL('./thread-main.js', import.meta.url), {
      workerData: { port: port2 },
      transferList: [port2],
      // It makes little garbage; the collector of a new thread would wait until there is a lot of it.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
      name: 'varve',
    })
    this.#worker.unref()
    this.#worker.on('error', (error) => this.giveUp(error))
    this.#worker.on('exit', (code) => this.giveUp(new Error(`the thread ended with code ${code}`)))
    port1.on('message', (message: ThreadMessage) => this.#take(message))
    port1.unref()
  }

  get jobs(): number {
    return this.#jobs.size
  }

  start(job: ThreadJob): void {
    this.#jobs.set(job.message.id, job)
    this.#port.postMessage(job.message)
  }

  /** Takes the messages that are there, for a caller that stands still. */
  receive(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#take(next.message as ThreadMessage)
    }
  }

  /** Whether a process may end while the thread is at work. */
  keepAlive(isNeeded: boolean): void {
    if (isNeeded) this.#port.ref()
    else this.#port.unref()
  }

  /** Ends the thread and loses its jobs. */
  giveUp(error: unknown): void {
    if (this.#isOver) return
    this.receive()
    const jobs = [...this.#jobs.values()]
    this.stop()
    this.#onLoss(error)
    for (const job of jobs) job.lost(error)
  }

  /** Ends the thread. */
  stop(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#jobs.clear()
    this.#port.close()
    void this.#worker.terminate()
  }

  #take(message: ThreadMessage): void {
    const job = this.#jobs.get(message.id)
    if (job === undefined) return
    if (message.kind === 'slice') {
      job.sliceEnded()
      return
    }
    this.#jobs.delete(message.id)
    job.finished(message.outcome, message.counts)
    if (this.#jobs.size === 0) this.#onIdle()
  }
}
