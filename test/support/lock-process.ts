import { nodeFileSystem } from '../../src/fs/node-file-system.ts'

// A process that locks the directory it is given and tells its parent. It then waits for input where it is told to 'hold', or ends by itself.
const [directory = '', then = ''] = process.argv.slice(2)
try {
  await nodeFileSystem.lock(directory)
  process.stdout.write('locked\n')
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`)
}
if (then === 'hold') process.stdin.resume()
