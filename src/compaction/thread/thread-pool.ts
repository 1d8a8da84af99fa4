import { availableParallelism } from 'node:os'
import type { FileCounts } from '../../fs/file-counts.ts'
import { nodeRuntime } from '../../runtime.ts'
import { BuildThread } from './build-thread.ts'
import { ThreadJob } from './thread-job.ts'
import type { BuildPlace, BuildRequest } from './thread-message.ts'

/** More would compete for one disk. */
const THREADS_MAX = 4
const IDLE_MS_MAX = 10_000

interface Member {
  readonly thread: BuildThread
  hasWorked: boolean
  /** Ends the thread later, while it has nothing to do. */
  cancelStop: (() => void) | undefined
}

/** The threads of a process that flush and merge, for all its stores: started when there is work, ended after ten seconds without any. */
export class ThreadPool {
  /** One core stays for those who read and write. */
  readonly #threadsMax = Math.max(1, Math.min(THREADS_MAX, availableParallelism() - 1))
  #members: Member[] = []
  #lastId = 0
  #holders = 0
  #isUsable = true

  /** Undefined where no thread can be had: the module is not where it was built, or the platform has none. */
  start(request: BuildRequest, place: BuildPlace, onCounts: (counts: FileCounts) => void): ThreadJob | undefined {
    const member = this.#isUsable ? this.#leastBusy() : undefined
    if (member === undefined) return undefined
    member.cancelStop?.()
    member.cancelStop = undefined
    const job = new ThreadJob(member.thread, ++this.#lastId, request, place, onCounts)
    member.thread.start(job)
    return job
  }

  /** Keeps the process alive until the function that it returns is called. */
  keepAlive(): () => void {
    this.#holders++
    if (this.#holders === 1) this.#applyHold()
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#holders--
      if (this.#holders === 0) this.#applyHold()
    }
  }

  #applyHold(): void {
    for (const { thread } of this.#members) thread.keepAlive(this.#holders > 0)
  }

  #leastBusy(): Member | undefined {
    let best: Member | undefined
    for (const member of this.#members) {
      if (best === undefined || member.thread.jobs < best.thread.jobs) best = member
    }
    if (best !== undefined && (best.thread.jobs === 0 || this.#members.length === this.#threadsMax)) return best
    return this.#add() ?? best
  }

  #add(): Member | undefined {
    try {
      const member: Member = {
        thread: new BuildThread(
          () => this.#rest(member),
          () => this.#lose(member),
        ),
        hasWorked: false,
        cancelStop: undefined,
      }
      this.#members.push(member)
      member.thread.keepAlive(this.#holders > 0)
      return member
    } catch {
      this.#isUsable = this.#members.length > 0
      return undefined
    }
  }

  #rest(member: Member): void {
    member.hasWorked = true
    const stop = (): void => {
      this.#remove(member)
      member.thread.stop()
    }
    member.cancelStop = nodeRuntime.timer(IDLE_MS_MAX, stop, false)
  }

  /** One that ended before it did anything will not do better the next time. */
  #lose(member: Member): void {
    this.#remove(member)
    if (!member.hasWorked) this.#isUsable = false
  }

  #remove(member: Member): void {
    member.cancelStop?.()
    this.#members = this.#members.filter((other) => other !== member)
  }
}

/** Threads belong to a process, and so does this. */
export const threadPool: ThreadPool = new ThreadPool()
