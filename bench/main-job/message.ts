import { createHash } from 'node:crypto'

/**
 * Where a message lies in the store. Keys sort by conversation, and within one by message, newest first, so that
 * opening a conversation is one short scan from its start. All fields are big-endian:
 *
 * | bytes | field |
 * |---|---|
 * | 0-5 | subject: the first 48 bits of the SHA-256 of the normalised subject |
 * | 6-7 | copy: which repetition of the corpus the conversation belongs to |
 * | 8-13 | 2^48 - 1 - milliseconds since 1970 |
 * | 14-15 | 2^16 - 1 - counter, which keeps messages of one instant apart |
 *
 * Bytes 0-7 are the conversation id, bytes 8-15 the inverted message id.
 */
export interface MessageKey {
  readonly subject: number
  readonly copy: number
  readonly sentAtMs: number
  readonly counter: number
}

/** What a message's value holds, as JSON. */
export interface Message {
  readonly id: string
  readonly from: string
  readonly date: string
  readonly subject: string
  readonly body: string
}

export const keyBytes = 16
export const conversationBytes = 8
const maxUint48 = 2 ** 48 - 1
const maxUint16 = 2 ** 16 - 1

export function encodeKey(key: MessageKey): Buffer {
  const bytes = Buffer.allocUnsafe(keyBytes)
  bytes.writeUIntBE(key.subject, 0, 6)
  bytes.writeUInt16BE(key.copy, 6)
  bytes.writeUIntBE(maxUint48 - key.sentAtMs, 8, 6)
  bytes.writeUInt16BE(maxUint16 - key.counter, 14)
  return bytes
}

export function decodeKey(key: Uint8Array): MessageKey {
  if (key.length !== keyBytes) throw new Error(`a message key has ${keyBytes} bytes, not ${key.length}`)
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.length)
  return {
    subject: bytes.readUIntBE(0, 6),
    copy: bytes.readUInt16BE(6),
    sentAtMs: maxUint48 - bytes.readUIntBE(8, 6),
    counter: maxUint16 - bytes.readUInt16BE(14),
  }
}

/** The part of the key that all messages of a conversation share. */
export function conversationPrefix(subject: number, copy: number): Buffer {
  return encodeKey({ subject, copy, sentAtMs: 0, counter: 0 }).subarray(0, conversationBytes)
}

/**
 * "Re: [list] Re: Hello  World" and "hello world" are one conversation: without list tags, replies, case and blanks.
 */
export function normaliseSubject(subject: string): string {
  const folded = subject
    .toLowerCase()
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const bare = folded.replace(/^(?:(?:re|fwd?|aw) ?: ?)+/, '')
  return bare === '' ? folded : bare
}

/** 48 bits, so that subjects spread over the key space as users' random ids would. */
export function subjectId(subject: string): number {
  return createHash('sha256').update(normaliseSubject(subject)).digest().readUIntBE(0, 6)
}

export function parseMessage(value: Uint8Array): Message {
  return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.length).toString())
}
