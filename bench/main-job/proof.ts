import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { MailCorpus } from './mail-corpus.ts'

export interface Proof {
  /** Acknowledged messages that are not there, or with other bytes. Both must be 0. */
  readonly lost: number
  readonly changed: number
  /** Messages that are there although their acknowledgement was never seen, as it is allowed. */
  readonly unacknowledged: number
  /** Entries that no message accounts for. Must be 0. */
  readonly foreign: number
  /** Indexes of messages that are still to be written. */
  readonly missing: number[]
}

/** Reads every message back, acknowledged or not, compares it byte for byte, and counts what else the store holds. */
export async function proveMessages(
  store: KeyValueStore,
  corpus: MailCorpus,
  acknowledged: Uint8Array,
): Promise<Proof> {
  let present = 0
  let lost = 0
  let changed = 0
  let unacknowledged = 0
  const missing: number[] = []
  for (let index = 0; index < acknowledged.length; index++) {
    const { key, value } = corpus.entry(index)
    const found = store.getSync(key)
    if (found === undefined) {
      missing.push(index)
      lost += acknowledged[index]!
      continue
    }
    present++
    if (!value.equals(found)) changed++
    if (acknowledged[index] === 0) unacknowledged++
  }
  return { lost, changed, unacknowledged, foreign: (await store.count()) - present, missing }
}

/** Throws, with the numbers, unless nothing is lost, changed or foreign. */
export function requireIntact(proof: Proof): void {
  const { lost, changed, foreign } = proof
  if (lost === 0 && changed === 0 && foreign === 0) return
  throw new Error(`the store broke its promise: ${lost} messages lost, ${changed} changed, ${foreign} foreign entries`)
}
