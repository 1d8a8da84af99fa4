import { open } from '../store.ts'
import { AcknowledgementWriter, countersOf } from './acknowledgements.ts'
import { loadMessages } from './load.ts'
import { MailCorpus } from './mail-corpus.ts'

/**
 * The process that gets killed: loads all messages and tells its parent of each acknowledgement through descriptor 3.
 * Arguments: the store's directory, the number of messages, the number of writers.
 */
const [directory, messages, writers] = process.argv.slice(2)
if (directory === undefined) throw new Error('loader: no directory given')

function* upTo(end: number): Generator<number> {
  for (let index = 0; index < end; index++) yield index
}

const store = await open(directory)
const pipe = new AcknowledgementWriter(3, () => countersOf(store.stats()))
await loadMessages(store, MailCorpus.load(), upTo(Number(messages)), Number(writers), (index) =>
  pipe.acknowledge(index),
)
pipe.flush()
await store.close()
