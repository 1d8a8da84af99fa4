import { readFileSync } from 'node:fs'
import { projectPath } from '../project.ts'
import { encodeKey, type Message, subjectId } from './message.ts'

interface Mail {
  readonly id: string
  readonly sentAtMs: number
  readonly subject: number
  readonly title: string
  /** The value from its second field on. */
  readonly tail: Buffer
}

export interface Entry {
  readonly key: Buffer
  readonly value: Buffer
}

export interface Conversation {
  readonly subject: number
  readonly title: string
  readonly messages: number
}

/**
 * The mail extract as an endless chat: message i is mail i mod n, in the copy i / n of the corpus, whose
 * conversations have ids of their own. Messages come in the order of their dates within a copy.
 */
export class MailCorpus {
  readonly #mails: readonly Mail[]

  private constructor(mails: readonly Mail[]) {
    this.#mails = mails
  }

  static load(path: string = projectPath('data', 'mail', 'messages.ndjson')): MailCorpus {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    return new MailCorpus(lines.map((line) => toMail(JSON.parse(line))))
  }

  /** Mails in one copy of the corpus. */
  get mails(): number {
    return this.#mails.length
  }

  /** The message's key and value. The value names the copy, so that no two messages are equal. */
  entry(index: number): Entry {
    const mail = this.#mails[index % this.#mails.length]!
    const copy = Math.floor(index / this.#mails.length)
    const key = encodeKey({
      subject: mail.subject,
      copy,
      sentAtMs: mail.sentAtMs,
      counter: index % this.#mails.length,
    })
    const head = Buffer.from(`{"id":"${mail.id}#${copy}",`)
    return { key, value: Buffer.concat([head, mail.tail]) }
  }

  /** The conversations of each copy, the longest first. */
  conversations(): Conversation[] {
    const bySubject = new Map<number, Conversation>()
    for (const { subject, title } of this.#mails) {
      const known = bySubject.get(subject)
      bySubject.set(subject, { subject, title: known?.title ?? title, messages: (known?.messages ?? 0) + 1 })
    }
    return [...bySubject.values()].sort((a, b) => b.messages - a.messages || a.subject - b.subject)
  }
}

function toMail({ id, ...rest }: Message): Mail {
  return {
    id,
    sentAtMs: Date.parse(rest.date),
    subject: subjectId(rest.subject),
    title: rest.subject,
    tail: Buffer.from(JSON.stringify(rest).slice(1)),
  }
}
