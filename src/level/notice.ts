import type { Logger } from '../index.ts'

/** Tells what no promise can: to the logger, or else to the process, which prints it. */
export function notice(logger: Logger | undefined, message: string, cause?: unknown): void {
  if (logger !== undefined) logger.error(message)
  else process.emitWarning(`varve: ${message}`, cause === undefined ? {} : { detail: String(cause) })
}
