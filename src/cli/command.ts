import type { FileSystem, Runtime } from '../index.ts'
import type { ExitCode } from './exit-code.ts'
import type { Output } from './output.ts'
import type { Progress } from './progress.ts'
import type { Style } from './style.ts'

/** One option of a command; the parser and the help text both come from it. */
export interface OptionSpec {
  readonly name: string
  /** What its value is called in the help text; absent for a switch. */
  readonly value?: string
  /** The only values that it takes. */
  readonly choices?: readonly string[]
  readonly about: string
}

export interface OperandSpec {
  readonly name: string
  readonly about: string
  readonly isOptional?: boolean
}

/** All that is known of a command before its code is loaded. */
export interface CommandSpec {
  readonly name: string
  readonly summary: string
  /** What the help of the command adds, in lines. */
  readonly notes?: readonly string[]
  readonly operands: readonly OperandSpec[]
  readonly options: readonly OptionSpec[]
  /** A command line, without the program's name, and what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  readonly load: () => Promise<{ readonly run: CommandRun }>
}

/** Does the work of a command and returns its exit code. What it throws is told and turned into one by the program. */
export type CommandRun = (call: Call) => Promise<ExitCode>

export interface ClassicLevelModule {
  readonly ClassicLevel: typeof import('classic-level').ClassicLevel
}

/** A stream that text goes to. */
export interface TextSink {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(chunk: string | Uint8Array, done: (error?: Error | null) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** A stream that bytes come from. */
export interface ByteSource extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean | undefined
}

/** What a command is called with: its arguments, and everything of the outside world that it may touch. */
export interface Call {
  readonly operands: readonly string[]
  readonly options: Arguments
  readonly json: boolean
  /** Standard output. */
  readonly out: Output
  /** Standard error, for what is no result. */
  readonly notes: Output
  readonly progress: Progress
  readonly style: Style
  readonly stdin: ByteSource
  /** Whether standard output is a terminal, where nothing else should be drawn meanwhile. */
  readonly isOutTerminal: boolean
  /** The width that pictures may take. */
  readonly columns: number
  readonly signal: AbortSignal
  readonly fileSystem: FileSystem
  readonly runtime: Runtime
  /** The optional package that reads LevelDB's files; rejects where it is not installed. */
  readonly loadClassicLevel: () => Promise<ClassicLevelModule>
}

/** The options given, by name. */
export class Arguments {
  readonly #values: ReadonlyMap<string, string | true>

  constructor(values: ReadonlyMap<string, string | true>) {
    this.#values = values
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name)
    return value === true ? undefined : value
  }
}
