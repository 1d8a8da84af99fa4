import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  AcknowledgementWriter,
  countersOf,
  type LifeCounters,
  noCounters,
  readAcknowledgements,
} from '../../bench/main-job/acknowledgements.ts'
import { MailCorpus } from '../../bench/main-job/mail-corpus.ts'
import {
  conversationPrefix,
  decodeKey,
  encodeKey,
  type MessageKey,
  normaliseSubject,
  parseMessage,
  subjectId,
} from '../../bench/main-job/message.ts'

const uint16 = fc.nat({ max: 2 ** 16 - 1 })
const messageKey: fc.Arbitrary<MessageKey> = fc.record({
  subject: fc.nat({ max: 2 ** 48 - 1 }),
  copy: uint16,
  sentAtMs: fc.nat({ max: 2 ** 48 - 1 }),
  counter: uint16,
})

describe('message keys', () => {
  test('read back as written', () => {
    fc.assert(
      fc.property(messageKey, (key) => {
        expect(decodeKey(encodeKey(key))).toEqual(key)
      }),
      { numRuns: 50 },
    )
  })

  test('sort newest first within a conversation, behind its prefix', () => {
    fc.assert(
      fc.property(messageKey, messageKey, (one, two) => {
        const other = { ...two, subject: one.subject, copy: one.copy }
        const newerFirst = other.sentAtMs - one.sentAtMs || other.counter - one.counter
        expect(Math.sign(Buffer.compare(encodeKey(one), encodeKey(other)))).toBe(Math.sign(newerFirst))
        expect(encodeKey(one).subarray(0, 8)).toEqual(conversationPrefix(one.subject, one.copy))
      }),
      { numRuns: 50 },
    )
  })

  test('replies and list tags stay in the conversation of their subject', () => {
    for (const subject of ['Deployment', 'Re: deployment', '[ILUG] RE:  Re: Deployment', 'Fwd: [x] re: deployment ']) {
      expect(normaliseSubject(subject)).toBe('deployment')
    }
    expect(normaliseSubject('Re:')).not.toBe('')
  })
})

describe('the mail corpus', () => {
  const corpus = MailCorpus.load()

  test('repeats itself under fresh conversation ids, no key or value twice', () => {
    const entries = Array.from({ length: 2 * corpus.mails }, (_, index) => corpus.entry(index))
    expect(new Set(entries.map(({ key }) => key.toString('hex'))).size).toBe(entries.length)
    expect(new Set(entries.map(({ value }) => value.toString())).size).toBe(entries.length)
    const { key, value } = entries[corpus.mails + 7]!
    expect(decodeKey(key)).toMatchObject({ copy: 1, counter: 7, subject: subjectId(parseMessage(value).subject) })
  })

  test('has real conversations and accounts for every mail in them', () => {
    const conversations = corpus.conversations()
    expect(conversations[0]!.messages).toBeGreaterThan(40)
    expect(conversations.reduce((sum, { messages }) => sum + messages, 0)).toBe(corpus.mails)
  })
})

describe('the pipe of acknowledgements', () => {
  async function sentFrames(turns: readonly number[][], counters: LifeCounters): Promise<Buffer> {
    const directory = mkdtempSync(join(tmpdir(), 'varve-pipe-'))
    const path = join(directory, 'pipe')
    const descriptor = openSync(path, 'w')
    const writer = new AcknowledgementWriter(descriptor, () => counters)
    for (const turn of turns) {
      for (const index of turn) writer.acknowledge(index)
      await new Promise(setImmediate)
    }
    closeSync(descriptor)
    const bytes = readFileSync(path)
    rmSync(directory, { recursive: true })
    return bytes
  }

  test('gives every acknowledgement once, however the pipe cuts the frames, and drops a torn one', async () => {
    const turns = [[1, 2, 3], [4_000_000_000], [], Array.from({ length: 300 }, (_, i) => i * 7)]
    const counters = { ...noCounters, userBytes: 2 ** 40, syncs: 3 }
    const bytes = await sentFrames(turns, counters)
    for (const chunkBytes of [1, 13, 64, bytes.length]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) =>
        bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
      )
      const seen: number[] = []
      for await (const frame of readAcknowledgements(Readable.from([...chunks, bytes.subarray(0, 55)]))) {
        seen.push(...frame.indexes)
        expect(frame.counters).toEqual(counters)
      }
      expect(seen).toEqual(turns.flat())
    }
  })

  test('counters are those of the store', () => {
    const writtenBytes = { wal: 1, flush: 2, compaction: 3, manifest: 4 }
    const stats = { userBytes: 5, writtenBytes, syncs: 6 } as Parameters<typeof countersOf>[0]
    expect(countersOf(stats)).toEqual({ ...writtenBytes, userBytes: 5, syncs: 6 })
  })
})
