/** What was to be read is missing or not as it must be, and is no store. The message holds nothing of its content. */
export class DataFault extends Error {
  override readonly name = 'DataFault'
}
