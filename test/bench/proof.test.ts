import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadMessages } from '../../bench/main-job/load.ts'
import { MailCorpus } from '../../bench/main-job/mail-corpus.ts'
import { proveMessages, requireIntact } from '../../bench/main-job/proof.ts'
import { open } from '../../src/index.ts'

const corpus = MailCorpus.load()
const messages = 200
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'varve-proof-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('a load acknowledges each message once, and the proof finds them all', async () => {
  await using store = await open(directory)
  const acknowledged = new Uint8Array(messages)
  await loadMessages(store, corpus, acknowledged.keys(), 50, (index) => {
    acknowledged[index]!++
  })
  expect(acknowledged).toEqual(new Uint8Array(messages).fill(1))
  const proof = await proveMessages(store, corpus, acknowledged)
  expect(proof).toEqual({ lost: 0, changed: 0, unacknowledged: 0, foreign: 0, missing: [] })
  requireIntact(proof)
})

test('the proof tells what is lost, changed, foreign, missing, and there without an acknowledgement', async () => {
  await using store = await open(directory)
  const acknowledged = new Uint8Array(messages).fill(1)
  await loadMessages(store, corpus, acknowledged.keys(), 50, () => {})
  await store.delete(corpus.entry(3).key)
  await store.delete(corpus.entry(4).key)
  await store.put(corpus.entry(9).key, 'something else')
  await store.put('nobody asked for this', '')
  acknowledged[4] = 0
  acknowledged[5] = 0
  const proof = await proveMessages(store, corpus, acknowledged)
  expect(proof).toEqual({ lost: 1, changed: 1, unacknowledged: 1, foreign: 1, missing: [3, 4] })
  expect(() => requireIntact(proof)).toThrow('1 messages lost, 1 changed, 1 foreign')
})
