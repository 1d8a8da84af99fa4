import { parentPort } from 'node:worker_threads'
import { OpenerContender, type OpenerRequest } from './opener-contender.ts'

// A process or a worker thread that opens stores as it is asked to, until it is ended.
const contender = new OpenerContender()
const port = parentPort
if (port !== null) {
  port.on('message', async (request: OpenerRequest) => port.postMessage(await contender.answer(request)))
  port.postMessage('ready')
} else {
  process.on('message', async (request: OpenerRequest) => process.send!(await contender.answer(request)))
  process.send!('ready')
}
