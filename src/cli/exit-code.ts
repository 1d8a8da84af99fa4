/** What the process tells its caller; docs/cli.md explains them. */
export const ExitCode = {
  ok: 0,
  /** The store, or the data given, is at fault: missing, damaged, held by another process, or no such key. */
  fault: 1,
  /** The command line is at fault: nothing was done. */
  usage: 2,
  /** 128 and the number of SIGINT, as shells have it. */
  interrupted: 130,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
