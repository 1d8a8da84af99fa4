import { parentPort, workerData } from 'node:worker_threads'
import { nodeFileSystem } from '../../src/fs/node-file-system.ts'

// A worker thread that tries to lock the directory it is given, tells how that went, and holds the lock until it is ended.
try {
  await nodeFileSystem.lock(workerData as string)
  parentPort!.postMessage('locked')
} catch (error) {
  parentPort!.postMessage((error as Error).message)
}
parentPort!.on('message', () => {})
