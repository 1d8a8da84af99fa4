import { AbstractIterator, type AbstractIteratorOptions, AbstractLevel } from 'abstract-level'
import { VarveLevel } from '../../src/level/varve-level.ts'
import type { Encoding, Scan } from '../store.ts'

const RECORDS = 20_000
const BATCH = 1000
/** Operations between two looks at the clock. */
const STEP = 200

/** One operation, natively and through the adapter; each side returns how many operations, or entries, it did. */
export interface Comparison {
  readonly name: string
  readonly native: () => Promise<number> | number
  readonly adapter: () => Promise<number> | number
  /** The same through abstract-level's own classes, with nothing between them and the store. */
  readonly base?: () => Promise<number> | number
  /** Microseconds beyond the native interface, or beyond `base` where there is one. Default: what is noise. */
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

/** abstract-level's iterator over a scan, and nothing else. */
class BareIterator extends AbstractIterator<VarveLevel, string, string> {
  readonly #scan: Scan<Encoding>

  constructor(db: VarveLevel, options: AbstractIteratorOptions<string, string>, scan: Scan<Encoding>) {
    super(db, options)
    this.#scan = scan
  }

  protected _nextv(size: number): Promise<unknown[]> {
    return this.#scan.nextBatch(size)
  }

  protected _all(): Promise<unknown[]> {
    return this.#scan.all()
  }

  protected async _close(): Promise<void> {
    this.#scan.close()
  }
}

/** abstract-level's database over a store, and nothing else. */
class BareLevel extends AbstractLevel<Buffer, string, string> {
  readonly #store: VarveLevel['store']

  constructor(store: VarveLevel['store']) {
    super({ encodings: { buffer: true, utf8: true }, getSync: true } as object)
    this.#store = store
  }

  protected _getSync(key: string): unknown {
    return this.#store.getSync(key, { encoding: 'buffer' })
  }
}

async function drain(nextv: (size: number) => Promise<unknown[]>): Promise<number> {
  let entries = 0
  for (let batch = await nextv(BATCH); batch.length > 0; batch = await nextv(BATCH)) entries += batch.length
  return entries
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
export async function readsWithOptions(db: VarveLevel): Promise<Comparison> {
  const next = keys()
  const { store } = db
  const through = { valueEncoding: 'buffer' }
  const bare = new BareLevel(store)
  await bare.open()
  return {
    name: 'getSync, buffer by option',
    native: () => repeatSync(() => store.getSync(next(), { encoding: 'buffer' })),
    adapter: () => repeatSync(() => db.getSync<string, Buffer>(next(), through)),
    base: () => repeatSync(() => bare.getSync<string, Buffer>(next(), through)),
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
        await using iterator = new BareIterator(db, options(), store.scan({ encoding: 'utf8' }))
        return await drain((size) => iterator.nextv(size))
      },
    },
    {
      name: 'all(), utf8',
      native: async () => (await store.scan({ encoding: 'utf8' }).all()).length,
      adapter: async () => (await db.iterator().all()).length,
      base: async () => (await new BareIterator(db, options(), store.scan({ encoding: 'utf8' })).all()).length,
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
