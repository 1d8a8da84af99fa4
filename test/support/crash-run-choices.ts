import { fifo } from '../../src/compaction/fifo.ts'
import { leveled } from '../../src/compaction/leveled.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import { timeWindow } from '../../src/compaction/time-window.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { loadInSteps } from '../../src/filter/package-filter.ts'
import type { Durability, KeyRange } from '../../src/kv-store/kv-store.ts'
import { type Choices, seededChoices } from '../../src/testing/choices.ts'
import { toBytes } from '../../src/testing/store-session.ts'

/** How likely a choice is the benign one; all others are mostly open. */
const BENIGN: Readonly<Record<string, number>> = {
  'image elsewhere': 0.8,
  'image in install': 0.6,
  'image in recovery': 0.93,
  'image in creation': 0.92,
  'image at rest': 0.5,
  'nested image': 0.986,
  'killed image': 0.94,
  fault: 0.99,
  'fault of a change': 0.96,
  'fault in recovery': 0.96,
  'fault in recovery of a change': 0.93,
  'fault in creation': 0.97,
  'fault in creation of a change': 0.5,
  'damage between lives': 0.4,
  'next step': 0.7,
  'faulty history': 0.5,
  'lost changes of the disk': 0.05,
}
const DRAWN = 0.15
const EVEN: ReadonlySet<string> = new Set(['operation', 'key', 'value', 'durability', 'option', 'probe', 'batch'])

// Loaded by the first filter of a process otherwise, in steps of its own: the first history would be another one each time.
for (const _step of loadInSteps());

/** The choices of a whole run from one number. */
export function crashRunChoices(seed: number): Choices {
  return seededChoices(seed, { benign: (label) => (EVEN.has(label) ? 0 : (BENIGN[label] ?? DRAWN)) })
}

function one<T>(choices: Choices, label: string, options: readonly T[]): T {
  return options[choices.pick(options.length, label)]!
}

const STRATEGIES = {
  leveled: (tableBytes: number) => leveled({ level0Tables: 2, sizeRatio: 2, tableBytes }),
  'size-tiered': (tableBytes: number) => sizeTiered({ mergeWidth: 2, tableBytes }),
  fifo: () => fifo(),
  'time-window': (tableBytes: number) => timeWindow({ windowMs: 50, mergeWidth: 2, tableBytes }),
}

/** A tiny store, so that a few writes cross every path. */
export function chosenOptions(choices: Choices): OpenOptions<'bytes'> {
  const strategy = one(choices, 'option', ['leveled', 'size-tiered', 'fifo', 'time-window'] as const)
  const tableBytes = one(choices, 'option', [1024, 512, 2048])
  return {
    memtableBytes: one(choices, 'option', [512, 256, 1024, 2048]),
    blockBytes: 64,
    filterBitsPerKey: one(choices, 'option', [10, 0, 1]),
    // Deflating costs more than all the rest of an opening: it has its share, not half of the time.
    compression: one(choices, 'option', ['none', 'none', 'none', 'none', 'none', 'none', 'none', 'deflate'] as const),
    blockCacheBytes: one(choices, 'option', [1024, 0]),
    maxGroupBytes: one(choices, 'option', [4 << 20, 4096]),
    syncIntervalMs: one(choices, 'option', [200, 0, 5]),
    maxOpenFiles: 8,
    compaction: STRATEGIES[strategy](tableBytes),
  }
}

/** Few keys, so that operations meet on them, and awkward ones: prefixes, successors, the empty key, runs of 0xff. */
const KEYS = ['a', 'b', 'ab', 'a\0', '', 'm', '\xff', 'ba', '\xff\xff', 'b\0', 'z', 'aba']
const LENGTHS = [12, 0, 1, 7, 20, 63, 64, 65, 130, 200]
const DURABILITIES: readonly Durability[] = ['power', 'process', 'none']

export interface TextRange {
  readonly gte?: string
  readonly lt?: string
}

/** Draws what the operations of one history are about. */
export class OperationChoices {
  readonly keys: readonly string[]
  readonly #choices: Choices
  #values = 0

  constructor(choices: Choices) {
    this.#choices = choices
    this.keys = KEYS.slice(0, 3 + choices.pick(KEYS.length - 2, 'option'))
  }

  key(): string {
    return one(this.#choices, 'key', this.keys)
  }

  /** No two are the same, but for the shortest ones: what is found tells which write it came from. */
  value(): string {
    const length = one(this.#choices, 'value', LENGTHS)
    const tag = `${(this.#values++).toString(36)}.`
    return length === 1 ? tag.slice(-2, -1) : tag.repeat(Math.ceil(length / tag.length)).slice(0, length)
  }

  durability(): Durability {
    return one(this.#choices, 'durability', DURABILITIES)
  }

  /** All keys, or those from one to another. */
  range(): TextRange {
    if (this.#choices.pick(3, 'key') !== 2) return {}
    const [first, second] = [this.key(), this.key()]
    return first < second ? { gte: first, lt: second } : { gte: second, lt: first }
  }
}

/** Whether a range, in the order of bytes, holds a key. */
export function inRange({ gte, lt }: TextRange, key: string): boolean {
  return (gte === undefined || key >= gte) && (lt === undefined || key < lt)
}

/** Undefined for all keys: a range of nothing is refused. */
export function toBytesRange({ gte, lt }: TextRange): KeyRange | undefined {
  return gte === undefined || lt === undefined ? undefined : { gte: toBytes(gte), lt: toBytes(lt) }
}
