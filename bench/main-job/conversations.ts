import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { MailCorpus } from './mail-corpus.ts'
import { conversationPrefix, decodeKey, parseMessage } from './message.ts'

const latest = 50

/** Opens a conversation as a chat does: its latest messages, newest first, by one scan. Returns lines to show. */
async function readConversation(store: KeyValueStore, prefix: Uint8Array, show: number): Promise<string[]> {
  const begun = performance.now()
  const lines: string[] = []
  let count = 0
  let previous = Number.POSITIVE_INFINITY
  for await (const [key, value] of store.scan({ prefix, limit: latest })) {
    const { sentAtMs } = decodeKey(key)
    if (sentAtMs > previous) throw new Error('a scan returned an older message before a newer one')
    previous = sentAtMs
    if (count++ >= show) continue
    const { date, from, body } = parseMessage(value)
    lines.push(`  ${date.slice(0, 16).replace('T', ' ')}  ${from.padEnd(24).slice(0, 24)}  ${preview(body)}`)
  }
  const milliseconds = (performance.now() - begun).toFixed(1)
  return [`  ${count} messages in ${milliseconds} ms, newest first`, ...lines]
}

function preview(body: string): string {
  const lines = body.split('\n')
  const said = lines.find((line) => !/^\s*(?:>|On .* wrote:|$)/.test(line)) ?? lines[0]!
  return said.trim().slice(0, 60)
}

/** Reads the longest conversations of one copy of the corpus. */
export async function showConversations(store: KeyValueStore, corpus: MailCorpus, copy: number): Promise<string> {
  const lines: string[] = []
  for (const { subject, title } of corpus.conversations().slice(0, 3)) {
    lines.push(`"${title}"`, ...(await readConversation(store, conversationPrefix(subject, copy), 3)))
  }
  return lines.join('\n')
}
