import { nearest } from '../bytes/edit-distance.ts'
import type { FileSystem } from '../index.ts'
import { nodeRuntime, type Runtime } from '../runtime.ts'
import { parseArguments } from './arguments.ts'
import { escaped, shortened } from './bytes-text.ts'
import type { ByteSource, Call, ClassicLevelModule, CommandSpec, TextSink } from './command.ts'
import { COMMANDS } from './commands.ts'
import { ExitCode } from './exit-code.ts'
import { type Failure, failureLines, failureOf, failureRecord, type Subject } from './failure.ts'
import { commandHelp, programHelp } from './help.ts'
import { Output, OutputClosed } from './output.ts'
import { Progress } from './progress.ts'
import { Style } from './style.ts'
import { UsageError } from './usage-error.ts'

/** The world around the program. */
export interface Host {
  readonly stdout: TextSink
  readonly stderr: TextSink
  readonly stdin: ByteSource
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborted when the user wants the program to end. */
  readonly signal: AbortSignal
  readonly version: () => string
  readonly loadClassicLevel: () => Promise<ClassicLevelModule>
  /** Default: the disk of this machine. */
  readonly fileSystem?: FileSystem
  readonly runtime?: Runtime
}

/** Runs one command line, without the program's name, and returns the exit code. Never rejects. */
export async function runProgram(words: readonly string[], host: Host): Promise<ExitCode> {
  const out = new Output(host.stdout, { signal: host.signal })
  // Nobody needs to hear the notes: what a command has done, and its exit code, are the same without them.
  const notes = new Output(host.stderr, { mayBeLost: true })
  const { runtime = nodeRuntime, stdout, stderr } = host
  const isShown = stderr.isTTY === true && host.environment['TERM'] !== 'dumb'
  const progress = new Progress(isShown ? stderr : undefined, runtime)
  const [name = '', ...rest] = words
  const isJson = words.includes('--json')
  let directory: string | undefined
  let code: ExitCode = ExitCode.ok
  try {
    const lines = generalAnswer(name, rest, host)
    if (lines !== undefined) return await answer(out, lines)
    const spec = specOf(name)
    const { operands, options } = parseArguments(spec, rest)
    if (options.has('help')) return await answer(out, commandHelp(spec))
    directory = operands[0]
    const { run } = await spec.load()
    const call: Call = {
      operands,
      options,
      json: options.has('json'),
      out,
      notes,
      progress,
      style: new Style(stdout.isTTY === true, host.environment),
      // Not touched unless it is read: opening it changes the pipe, for other processes too that have it.
      get stdin() {
        return host.stdin
      },
      isOutTerminal: stdout.isTTY === true,
      columns: Math.max(60, Math.min(stdout.columns ?? 100, 160)),
      signal: host.signal,
      fileSystem: await fileSystemOf(host),
      runtime,
      loadClassicLevel: host.loadClassicLevel,
    }
    code = await run(call)
    progress.clear()
    await out.flush()
    await notes.flush()
    return code
  } catch (error) {
    progress.clear()
    // What a command has found stays so, whoever hears of it.
    if (error instanceof OutputClosed) return code
    // What was found before the failure still counts.
    await out.flush().catch(() => {})
    const failure = failureOf(error, await subjectOf(directory, host), host.signal.aborted)
    await tell(notes, failure, isJson)
    return failure.exitCode
  }
}

async function answer(out: Output, lines: readonly string[]): Promise<ExitCode> {
  await out.lines(lines)
  await out.flush()
  return ExitCode.ok
}

/** The store that a failed command was about. */
async function subjectOf(directory: string | undefined, host: Host): Promise<Subject | undefined> {
  if (directory === undefined) return undefined
  try {
    const { storeKind } = await import('./store-kind.ts')
    return { directory, kind: storeKind(await fileSystemOf(host), directory) }
  } catch {
    return undefined
  }
}

async function fileSystemOf({ fileSystem }: Host): Promise<FileSystem> {
  return fileSystem ?? (await import('../fs/node-file-system.ts')).nodeFileSystem
}

async function tell(notes: Output, failure: Failure, isJson: boolean): Promise<void> {
  if (isJson) await notes.record(failureRecord(failure))
  else await notes.lines(failureLines(failure))
  await notes.flush()
}

/** What is asked of the program and of no command; undefined where a command is called. */
function generalAnswer(name: string, rest: readonly string[], host: Host): string[] | undefined {
  if (name === '--version' || name === '-v') return [host.version()]
  if (name === '--help' || name === '-h') return programHelp(COMMANDS)
  if (name !== 'help') return undefined
  return rest[0] === undefined ? programHelp(COMMANDS) : commandHelp(specOf(rest[0]))
}

function specOf(name: string): CommandSpec {
  const spec = COMMANDS.find((command) => command.name === name)
  if (spec !== undefined) return spec
  if (name === '') throw new UsageError('no command is given: see varve --help')
  const what = name.startsWith('-') ? 'option' : 'command'
  const names = COMMANDS.map((command) => command.name)
  const near = nearest(name, names)
  const help = what === 'option' ? 'options go behind the command; see varve --help' : 'see varve --help'
  const advice = near === undefined ? help : `did you mean ${near}?`
  throw new UsageError(`there is no ${what} ${shortened(escaped(name), 40)}: ${advice}`)
}
