import type { BatchOperation, Durability } from '../../src/kv-store/kv-store.ts'

/** What a store holds: keys and values in key order. */
export type Content = string

export function contentOf(entries: Iterable<readonly [string, string]>): Content {
  return [...entries].map(([key, value]) => `${key}=${short(value)}`).join(' ')
}

/** Values are runs of one letter, and told apart by their lengths. */
function short(value: string): string {
  return value.replace(/^(v+)$/, (run) => `v${run.length}`)
}

/** What a write does to a content. */
type Effect = (entries: Map<string, string>) => void

interface Entry {
  readonly effect: Effect
  state: 'waiting' | 'acknowledged' | 'not-applied' | 'unknown'
}

/** Which states a crash may leave of the writes of one life, the earlier ones included. */
export interface Floors {
  /** How many writes must survive a killed process, and how many a power cut. */
  readonly process: number
  readonly power: number
}

/** All writes of one life in the order of calls, on top of what its opening found. */
export class LifeLedger {
  readonly #found: Content
  readonly #entries: Entry[] = []
  #process = 0
  #power = 0

  constructor(found: Content) {
    this.#found = found
  }

  copy(): LifeLedger {
    const copy = new LifeLedger(this.#found)
    for (const entry of this.#entries) copy.#entries.push({ ...entry })
    copy.#process = this.#process
    copy.#power = this.#power
    return copy
  }

  get floors(): Floors {
    return { process: this.#process, power: this.#power }
  }

  /** A promise of everything before is kept once `action` resolves. */
  async securing<Result>(action: () => Promise<Result>): Promise<Result> {
    const count = this.#acknowledged()
    const result = await action()
    this.#process = Math.max(this.#process, count)
    this.#power = Math.max(this.#power, count)
    return result
  }

  async write(effect: Effect, durability: Durability, action: () => Promise<unknown>): Promise<void> {
    const entry: Entry = { effect, state: 'waiting' }
    const count = this.#entries.push(entry)
    try {
      await action()
    } catch (error) {
      entry.state = (error as { outcome?: 'not-applied' | 'unknown' }).outcome ?? 'unknown'
      throw error
    }
    entry.state = 'acknowledged'
    if (durability !== 'none') this.#process = Math.max(this.#process, count)
    if (durability === 'power') this.#power = Math.max(this.#power, count)
  }

  /** What readers may see once nothing is on its way. */
  get visible(): Content[] {
    let contents = [this.#found]
    for (const entry of this.#entries) contents = withEntry(contents, entry)
    return contents
  }

  /** The contents after at least `floor` writes. */
  after(floor: number): Content[] {
    let contents = [this.#found]
    const found = new Set(floor === 0 ? contents : [])
    this.#entries.forEach((entry, index) => {
      contents = withEntry(contents, entry)
      if (index + 1 >= floor) for (const content of contents) found.add(content)
    })
    return [...found]
  }

  /** The power is cut: of what was promised for a killed process alone nothing is left. */
  loseUnsynced(): void {
    this.#process = this.#power
  }

  /** Durable bytes were damaged: any write may be gone, with all behind it. */
  forgetPromises(): void {
    this.#process = this.#power = 0
  }

  /** How many of the first writes have all been acknowledged or refused. */
  #acknowledged(): number {
    const waiting = this.#entries.findIndex(({ state }) => state === 'waiting' || state === 'unknown')
    return waiting === -1 ? this.#entries.length : waiting
  }
}

/** A write whose outcome nobody knows is there or not. */
function withEntry(contents: readonly Content[], { effect, state }: Entry): Content[] {
  if (state === 'not-applied') return [...contents]
  const after = contents.map((content) => {
    const entries = parse(content)
    effect(entries)
    return print(entries)
  })
  return [...new Set(state === 'acknowledged' ? after : [...contents, ...after])]
}

export function effectOf(operations: readonly BatchOperation[]): Effect {
  return (entries) => {
    for (const operation of operations) {
      if (operation.type === 'put') entries.set(String(operation.key), short(String(operation.value)))
      else entries.delete(String(operation.key))
    }
  }
}

function parse(content: Content): Map<string, string> {
  const pairs = content === '' ? [] : content.split(' ')
  return new Map(pairs.map((pair) => pair.split('=') as [string, string]))
}

function print(entries: ReadonlyMap<string, string>): Content {
  return contentOf([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
}
