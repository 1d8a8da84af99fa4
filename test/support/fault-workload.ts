import type { OpenOptions } from '../../src/database/options.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { nodeRuntime, type Runtime } from '../../src/runtime.ts'
import type { FaultDisk } from './fault-store.ts'
import { STRATEGIES, TINY } from './lsm-harness.ts'

/** Every operation on its own key or keys: what is there tells which of them are. A key's first letter is its life: one opening of the store. */
export interface Written {
  readonly keys: readonly string[]
  readonly durability: 'power' | 'process' | 'none'
  state: 'waiting' | 'acknowledged' | 'not-applied' | 'unknown'
}

/** Waits for nothing longer than a moment. */
const HASTY: Runtime = {
  ...nodeRuntime,
  timer: (delayMs, wake, keepAlive) => nodeRuntime.timer(Math.min(1, delayMs), wake, keepAlive),
}

/** A fixed run of a store through all its paths, which goes on as far as the store lets it. */
export class FaultWorkload {
  readonly written: Written[] = []
  readonly #disk: FaultDisk
  readonly #options: OpenOptions<'bytes'>

  constructor(disk: FaultDisk) {
    this.#disk = disk
    this.#options = { ...TINY, compaction: STRATEGIES['leveled']!(), syncIntervalMs: 1, runtime: HASTY }
  }

  get options(): OpenOptions<'bytes'> {
    return this.#options
  }

  /** Two lives; whatever goes wrong, each store that opened is closed. */
  async run(): Promise<void> {
    await this.#life('a')
    await this.#life('b')
  }

  async #life(name: string): Promise<void> {
    let store: KeyValueStore
    try {
      store = await this.#disk.open(this.#options)
    } catch {
      return
    }
    await this.#write(store, name).catch(() => {})
    await store.close().catch(() => {})
    // A second close has nothing to report.
    await store.close()
  }

  async #write(store: KeyValueStore, name: string): Promise<void> {
    const put = (key: string, durability: Written['durability'], bytes = 20): Promise<void> =>
      this.#note([key], durability, () => store.put(key, 'v'.repeat(bytes), { durability }))
    await put(`${name}00`, 'power')
    await Promise.all([put(`${name}01`, 'process'), put(`${name}02`, 'none'), put(`${name}03`, 'power')])
    await this.#note([`${name}04`, `${name}05`], 'power', () =>
      store.batch([`${name}04`, `${name}05`].map((key) => ({ type: 'put', key, value: 'v' }))),
    )
    await put(`${name}06`, 'none', 200)
    await this.#note([`${name}07`], 'power', async () => store.putSync(`${name}07`, 'v'.repeat(200)))
    await store.flush().catch(() => {})
    await Promise.all([put(`${name}08`, 'power', 300), put(`${name}09`, 'process', 300), put(`${name}10`, 'none', 300)])
    const snapshot = store.snapshot()
    try {
      for (const _ of snapshot.scan()) break
    } catch {
      // A read fails alone.
    } finally {
      snapshot.close()
    }
    await store.compact().catch(() => {})
    await Promise.all([put(`${name}11`, 'power'), put(`${name}12`, 'process')])
  }

  async #note(
    keys: readonly string[],
    durability: Written['durability'],
    write: () => Promise<unknown>,
  ): Promise<void> {
    const entry: Written = { keys, durability, state: 'waiting' }
    this.written.push(entry)
    try {
      await write()
      entry.state = 'acknowledged'
    } catch (error) {
      entry.state = (error as { outcome?: 'not-applied' | 'unknown' }).outcome ?? 'unknown'
    }
  }
}

/**
 * What is wrong with the keys found after a crash; undefined when they are a prefix of the writes of each life, batches whole, without what was
 * refused and with all that was acknowledged as `durable`.
 */
export function complaint(
  written: readonly Written[],
  found: ReadonlySet<string>,
  durable: readonly Written['durability'][],
): string | undefined {
  let ended: string | undefined
  let lastLife = ''
  for (const { keys, durability, state } of written) {
    // What one life had not made durable may be gone when the next begins.
    const life = keys[0]!.slice(0, 1)
    if (life !== lastLife) ended = undefined
    lastLife = life
    const there = keys.filter((key) => found.has(key))
    if (there.length > 0 && there.length < keys.length) return `half a batch: ${there.join()}`
    const isThere = there.length > 0
    if (state === 'not-applied') {
      if (isThere) return `refused, and there: ${keys.join()}`
      continue
    }
    if (isThere && ended !== undefined) return `${keys.join()} without ${ended}`
    if (!isThere) ended ??= keys.join()
    if (!isThere && state === 'acknowledged' && durable.includes(durability))
      return `lost: ${keys.join()}, ${durability}`
  }
  const known = new Set(written.flatMap(({ keys }) => keys))
  for (const key of found) if (!known.has(key)) return `never written: ${key}`
  return undefined
}
