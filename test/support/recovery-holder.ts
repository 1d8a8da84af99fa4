import { open } from '../../src/database/open.ts'

// A process that opens the store it is given, writes to it, tells its parent, and then waits for input.
const store = await open(process.argv[2]!)
await store.put('held', 'x')
process.stdout.write('open\n')
process.stdin.resume()
