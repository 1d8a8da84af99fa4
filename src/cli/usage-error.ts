/** The command line cannot be carried out as it is given. The message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
