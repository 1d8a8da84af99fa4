import type { Host } from '../../src/cli/program.ts'
import { runProgram } from '../../src/cli/program.ts'
import type { FileSystem, MemoryFileSystem } from '../../src/index.ts'

/** A stream that keeps what it is given. */
class Kept {
  readonly isTTY: boolean
  readonly columns = 100
  bytes: Buffer = Buffer.alloc(0)
  readonly #failure: Error | undefined

  constructor(isTTY: boolean, failure?: Error) {
    this.isTTY = isTTY
    this.#failure = failure
  }

  write(chunk: string | Uint8Array, done: (error?: Error) => void): void {
    if (this.#failure !== undefined) return done(this.#failure)
    this.bytes = Buffer.concat([this.bytes, Buffer.from(chunk)])
    done()
  }

  on(): void {}

  get text(): string {
    return this.bytes.toString('utf8')
  }
}

export interface CliResult {
  readonly code: number
  readonly out: string
  readonly outBytes: Uint8Array
  readonly error: string
}

export interface CliWorld extends Partial<Omit<Host, 'stdin' | 'stdout' | 'stderr'>> {
  readonly stdin?: string | Uint8Array | readonly Uint8Array[] | AsyncIterable<Uint8Array>
  readonly isTerminal?: boolean
  /** What becomes of every write to standard output, and to standard error. */
  readonly outFailure?: Error
  readonly errorFailure?: Error
}

/** Runs the command in this process; a command line is split at blanks where it is one string. */
export async function runCli(line: string | readonly string[], world: CliWorld = {}): Promise<CliResult> {
  const { stdin, isTerminal = false, outFailure, errorFailure, ...rest } = world
  const stdout = new Kept(isTerminal, outFailure)
  const stderr = new Kept(isTerminal, errorFailure)
  const words = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line
  const code = await runProgram(words, {
    stdout,
    stderr,
    stdin: Object.assign(chunksOf(stdin), { isTTY: stdin === undefined }),
    environment: {},
    signal: new AbortController().signal,
    version: () => '1.2.3',
    loadClassicLevel: () => Promise.reject(new Error('not installed')),
    ...rest,
  })
  return { code, out: stdout.text, outBytes: stdout.bytes, error: stderr.text }
}

async function* chunksOf(input: CliWorld['stdin']): AsyncGenerator<Uint8Array> {
  if (typeof input === 'string') yield Buffer.from(input)
  else if (input instanceof Uint8Array) yield input
  else yield* input ?? []
}

/** Every file of a directory, with its bytes in hex, to see whether anything was written. */
export function contentOf(fileSystem: MemoryFileSystem, directory: string): Record<string, string> {
  const content: Record<string, string> = {}
  for (const name of fileSystem.list(directory).sort()) {
    const path = `${directory}/${name}`
    if (fileSystem.status(path)?.kind !== 'file') continue
    const file = fileSystem.open(path, 'read')
    const bytes = new Uint8Array(file.sizeSync())
    file.readSync(bytes, 0)
    file.close()
    content[name] = Buffer.from(bytes).toString('hex')
  }
  return content
}

/** Turns a bit of a byte. */
export function damage(fileSystem: FileSystem, path: string, offset: number): void {
  const file = fileSystem.open(path, 'write', 'other')
  const byte = new Uint8Array(1)
  file.readSync(byte, offset)
  file.writeSync(Uint8Array.of(byte[0]! ^ 1), offset)
  file.close()
}
