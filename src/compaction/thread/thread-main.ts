import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { BuildQueue } from './build-queue.ts'
import type { StartMessage } from './thread-message.ts'

// The entry of a thread that flushes and merges. It looks for new work between two slices: a flush must not wait for the end of a merge.
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
