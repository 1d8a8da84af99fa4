import { AbstractIterator, type AbstractIteratorOptions } from 'abstract-level'
import { VarveLevel } from '../../src/level/varve-level.ts'
import type { Encoding } from '../store.ts'

const RECORDS = 20_000
const BATCH = 1000
/** Operations between two looks at the clock. */
const STEP = 200

/** One operation, natively and through the adapter; each side returns how many operations, or entries, it did. */
export interface Comparison {
  readonly name: string
  readonly native: () => Promise<number> | number
  readonly adapter: () => Promise<number> | number
  /** What abstract-level's base class does by itself with entries that are there already. */
  readonly base?: () => Promise<number>
  /** Where the base class does not give it. */
  readonly boundUs?: number
}

type ValueEncoding = 'utf8' | 'buffer' | 'view'

const NATIVE: Readonly<Record<ValueEncoding, Encoding>> = { utf8: 'utf8', buffer: 'buffer', view: 'bytes' }
const VALUE = 'v'.repeat(100)

const keyOf = (i: number): string => String(i % RECORDS).padStart(16, '0')

/** One database for both sides: the native one is the store underneath. */
export async function openSubject(directory: string, valueEncoding: ValueEncoding): Promise<VarveLevel> {
  const db = new VarveLevel(directory, { valueEncoding })
  await db.open()
  for (let i = 0; i < RECORDS; i += BATCH) {
    const keys = Array.from({ length: BATCH }, (_, j) => keyOf(((i + j) * 7919) % RECORDS))
    await db.batch(keys.map((key) => ({ type: 'put', key, value: VALUE })))
  }
  await db.compactRange('', '\uffff')
  return db
}

/** An iterator of abstract-level's own, over entries that cost nothing to come by. */
class ReadyIterator extends AbstractIterator<VarveLevel, string, string> {
  readonly #batches: [string, string][][]

  constructor(db: VarveLevel, options: AbstractIteratorOptions<string, string>, batches: [string, string][][]) {
    super(db, options)
    this.#batches = batches
  }

  protected async _nextv(): Promise<[string, string][]> {
    return this.#batches.pop() ?? []
  }

  protected async _all(): Promise<[string, string][]> {
    return this.#batches.pop() ?? []
  }
}

async function drain(nextv: (size: number) => Promise<unknown[]>): Promise<number> {
  let entries = 0
  for (let batch = await nextv(BATCH); batch.length > 0; batch = await nextv(BATCH)) entries += batch.length
  return entries
}

/** Entries that nobody has used yet, made outside of the measured time as far as that goes. */
function fresh(count: number): [string, string][] {
  return Array.from({ length: count }, (_, i) => [keyOf(i), VALUE])
}

/** Reads under the encoding that the database was opened with. */
export function pointReads(db: VarveLevel, valueEncoding: ValueEncoding): Comparison[] {
  const next = keys()
  const { store } = db
  const read = { encoding: NATIVE[valueEncoding] }
  return [
    {
      name: `get, ${valueEncoding}`,
      native: () => repeat(() => store.get(next(), read)),
      adapter: () => repeat(() => db.get(next())),
      boundUs: 2,
    },
    {
      name: `getSync, ${valueEncoding}`,
      native: () => repeatSync(() => store.getSync(next(), read)),
      adapter: () => repeatSync(() => db.getSync(next())),
      boundUs: 2,
    },
  ]
}

/** A read that names an encoding of its own: abstract-level clones such options. */
export function readsWithOptions(db: VarveLevel): Comparison {
  const next = keys()
  const { store } = db
  const through = { valueEncoding: 'buffer' }
  return {
    name: 'getSync, buffer by option',
    native: () => repeatSync(() => store.getSync(next(), { encoding: 'buffer' })),
    adapter: () => repeatSync(() => db.getSync<string, Buffer>(next(), through)),
    boundUs: 2,
  }
}

export function awaitedPuts(db: VarveLevel): Comparison {
  const next = keys()
  const { store } = db
  return {
    name: "put, durability 'process'",
    native: () => repeat(() => store.put(next(), VALUE)),
    adapter: () => repeat(() => db.put(next(), VALUE)),
    boundUs: 4,
  }
}

/** Beside what the base class of abstract-level's iterators costs by itself. */
export function iterations(db: VarveLevel): Comparison[] {
  const { store } = db
  const ready = fresh(RECORDS)
  const batches = (): [string, string][][] => {
    const cut: [string, string][][] = []
    for (let i = 0; i < RECORDS; i += BATCH) cut.push(ready.slice(i, i + BATCH))
    return cut
  }
  const options = (): AbstractIteratorOptions<string, string> => ({
    ...({ [symbols.keyEncoding]: db.keyEncoding('utf8'), [symbols.valueEncoding]: db.valueEncoding('utf8') } as object),
  })
  return [
    {
      name: 'nextv(1000), utf8',
      native: async () => {
        using scan = store.scan({ encoding: 'utf8' })
        return await drain((size) => scan.nextBatch(size))
      },
      adapter: async () => {
        await using iterator = db.iterator()
        return await drain((size) => iterator.nextv(size))
      },
      base: async () => {
        await using iterator = new ReadyIterator(db, options(), batches())
        return await drain((size) => iterator.nextv(size))
      },
    },
    {
      name: 'all(), utf8',
      native: async () => (await store.scan({ encoding: 'utf8' }).all()).length,
      adapter: async () => (await db.iterator().all()).length,
      base: async () => (await new ReadyIterator(db, options(), [ready]).all()).length,
    },
  ]
}

function keys(): () => string {
  let at = 0
  return () => keyOf((at += 7919))
}

/** Where abstract-level keeps the encodings in an iterator's options; its declarations leave them out. */
const symbols = AbstractIterator as unknown as { readonly keyEncoding: symbol; readonly valueEncoding: symbol }

async function repeat(operation: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < STEP; i++) await operation()
  return STEP
}

function repeatSync(operation: () => unknown): number {
  for (let i = 0; i < STEP; i++) operation()
  return STEP
}
