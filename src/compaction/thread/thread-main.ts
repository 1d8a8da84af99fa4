import os from 'node:os'
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { BuildQueue } from './build-queue.ts'
import type { StartMessage } from './thread-message.ts'

/** How much lower than those who read and write: nine times the core's time is theirs where both want it. */
const NICE = 10
const NICE_MAX = 19

/**
 * Beside a thread of equal rank the event loop waits 4 to 16 ms for a core, again and again. Whoever waits for this thread
 * leaves it the core. Only Linux ranks threads: elsewhere it would be the rank of the whole process.
 */
function giveWay(): void {
  if (process.platform !== 'linux') return
  try {
    os.setPriority(0, Math.min(NICE_MAX, os.getPriority(0) + NICE))
  } catch {
    // Not allowed everywhere, and no more than a courtesy.
  }
}

// The entry of a thread that flushes and merges. It looks for new work between two slices: a flush must not wait for the end of a merge.
giveWay()
const { port } = workerData as { readonly port: MessagePort }
const queue = new BuildQueue((message) => port.postMessage(message))

port.on('message', (first: StartMessage) => {
  queue.add(first)
  while (queue.step()) {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      queue.add(next.message as StartMessage)
    }
  }
})
