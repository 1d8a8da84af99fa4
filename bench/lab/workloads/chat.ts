import { MailCorpus } from '../../main-job/mail-corpus.ts'
import type { Client } from '../client.ts'
import { SeededRandom, scattered } from '../random.ts'
import type { Workload, WorkloadInput } from '../workload.ts'
import { KEY_BYTES } from './records.ts'
import { Zipfian } from './zipfian.ts'

/** Conversations that could be written to; only those that are exist. */
const CONVERSATIONS = 1e10
const LATEST = 50
const UNREAD = 20
const START_MS: number = Date.UTC(2026, 0, 1)

/** Shares of 100 operations. */
export const CHAT_MIX = { append: 55, latest: 25, pageBack: 8, point: 5, edit: 3, delete: 2, unread: 2 } as const

interface Sent {
  readonly conversation: number
  readonly id: number
  readonly bytes: number
}

/**
 * `conversation u64 | ~message u64`, big-endian: a conversation's newest message comes first. The first 8 bytes are scrambled from the rank,
 * so that popular conversations lie anywhere.
 */
function messageKey(key: Buffer, conversation: number, message: number): Buffer {
  const low = conversation % 2 ** 32
  const high = Math.floor(conversation / 2 ** 32)
  key.writeUInt32BE(scattered(low ^ scattered(high + 1)), 0)
  key.writeUInt32BE(scattered(low + 0x9e37 * (high + 1)), 4)
  const inverted = 2 ** 48 - 1 - message
  key.writeUInt32BE(Math.floor(inverted / 2 ** 32), 8)
  key.writeUInt32BE(inverted % 2 ** 32, 12)
  return key
}

/**
 * A chat: real mails are sent to conversations of Zipfian popularity (one in ten is brand-new, each chosen one gets a burst of about three),
 * people open conversations, page back, edit and delete. The mix is `CHAT_MIX`.
 */
export function chat({ operations, seed }: WorkloadInput): Workload {
  const corpus = MailCorpus.load()
  const run = new ChatRun(corpus, seed)
  return {
    name: 'chat',
    title: 'messages of real mails to conversations of Zipfian popularity, with reads, edits and deletes',
    recordBytes: meanRecordBytes(corpus),
    operations,
    step: (client) => run.step(client),
    presentKey: (i) => run.present(i),
    missingKey: (i) => messageKey(Buffer.alloc(KEY_BYTES), CONVERSATIONS + 1 + i, i),
  }
}

function meanRecordBytes(corpus: MailCorpus): number {
  let bytes = 0
  for (let i = 0; i < corpus.mails; i++) bytes += KEY_BYTES + corpus.entry(i).value.length
  return Math.round(bytes / corpus.mails)
}

class ChatRun {
  readonly #corpus: MailCorpus
  readonly #random: SeededRandom
  readonly #popular: Zipfian
  readonly #sent: Sent[] = []
  readonly #deleted = new Set<number>()
  readonly #key = Buffer.alloc(KEY_BYTES)
  #conversation = 0
  #burst = 0
  #fresh = CONVERSATIONS

  constructor(corpus: MailCorpus, seed: number) {
    this.#corpus = corpus
    this.#random = new SeededRandom(seed)
    this.#popular = new Zipfian(CONVERSATIONS, this.#random)
  }

  present(index: number): Buffer {
    let at = index % this.#sent.length
    while (this.#deleted.has(at)) at = (at + 1) % this.#sent.length
    const { conversation, id } = this.#sent[at]!
    return messageKey(this.#key, conversation, id)
  }

  step(client: Client): Promise<void> | undefined {
    let dice = this.#random.below(100)
    if (this.#sent.length === 0 || (dice -= CHAT_MIX.append) < 0) return this.#append(client)
    const at = this.#someone()
    const { conversation, id, bytes } = this.#sent[at]!
    const key = messageKey(this.#key, conversation, id)
    const prefix = key.subarray(0, 8)
    if ((dice -= CHAT_MIX.latest) < 0) client.scan({ prefix }, LATEST)
    else if ((dice -= CHAT_MIX.pageBack) < 0) client.scan({ gte: key, prefix }, LATEST)
    else if ((dice -= CHAT_MIX.point) < 0) client.get(key)
    else if ((dice -= CHAT_MIX.unread) < 0) client.scan({ prefix }, UNREAD)
    else if (this.#deleted.has(at)) client.get(key)
    else if ((dice -= CHAT_MIX.edit) < 0) return client.put(key, this.#corpus.entry(at).value, false)
    else {
      this.#deleted.add(at)
      return client.delete(key, bytes)
    }
    return undefined
  }

  /** Of the messages sent: one of the last thousand three times in four, else any. */
  #someone(): number {
    const { length } = this.#sent
    return this.#random.below(4) > 0
      ? length - 1 - this.#random.below(Math.min(1000, length))
      : this.#random.below(length)
  }

  #append(client: Client): Promise<void> | undefined {
    if (this.#burst-- <= 0) {
      this.#burst = this.#random.geometric(1 / 3) - 1
      this.#conversation = this.#random.below(10) === 0 ? ++this.#fresh : this.#popular.next()
    }
    const at = this.#sent.length
    const { value } = this.#corpus.entry(at)
    const id = START_MS + at
    this.#sent.push({ conversation: this.#conversation, id, bytes: KEY_BYTES + value.length })
    return client.put(messageKey(this.#key, this.#conversation, id), value, true)
  }
}
