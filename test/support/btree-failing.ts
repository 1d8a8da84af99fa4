import { expect } from 'vitest'
import type { BTreeStore } from '../../src/btree/btree-store.ts'
import type { BTreeOptions } from '../../src/btree/options.ts'
import { VarveError } from '../../src/errors.ts'
import { openOn } from './btree-harness.ts'
import { contentOf, type FaultDisk } from './fault-store.ts'

/** What a store may hold: states after 0, 1, 2... writes, of which the first `floor` are durable. */
export class WriteLedger {
  readonly states: ReadonlyMap<string, string>[] = [new Map()]
  floor = 0

  get contents(): string[] {
    return this.states.slice(this.floor).map((state) => {
      return [...state]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')
    })
  }

  /** A write with 'power': it counts from here on, and is durable when it returns. */
  write(store: BTreeStore<'bytes'>, key: string, value: string | undefined): void {
    const next = new Map(this.states.at(-1))
    if (value === undefined) next.delete(key)
    else next.set(key, value)
    this.states.push(next)
    try {
      if (value === undefined) store.deleteSync(key)
      else store.putSync(key, value)
      this.floor = this.states.length - 1
    } catch (error) {
      expect(error).toBeInstanceOf(VarveError)
      if ((error as VarveError).outcome === 'not-applied') this.states.pop()
    }
  }
}

/** Ends with a VarveError, or well. */
export async function tried<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call()
  } catch (error) {
    expect(error).toBeInstanceOf(VarveError)
    return undefined
  }
}

/** Splits, overflow pages, deletes, checkpoints and evictions, from a new store to its close, or to a kill. */
export async function lifeOf(disk: FaultDisk, ledger: WriteLedger, options: BTreeOptions<'bytes'>): Promise<void> {
  const store = await tried(() => openOn(disk, options))
  if (store === undefined) return
  for (let i = 0; i < 120; i++) {
    const key = `key ${String((i * 7) % 60).padStart(2, '0')}`
    ledger.write(store, key, i % 8 === 3 ? undefined : String(i % 10).repeat(i % 30 === 0 ? 20_000 : 700))
    if (i % 40 === 30) await tried(() => store.flush())
  }
  await tried(() => store.verify())
  await tried(() => store.resume())
  await tried(() => store.close())
}

/** Opens what is there, to read and to write, with faults and then without: nothing that was durable is missing. */
export async function recoveryOf(disk: FaultDisk, ledger: WriteLedger, options: BTreeOptions<'bytes'>): Promise<void> {
  const reader = await tried(() => openOn(disk, { ...options, readOnly: true }))
  if (reader !== undefined) await tried(() => reader.close())
  const store = await tried(() => openOn(disk, options))
  if (store !== undefined) {
    ledger.write(store, 'after', 'x'.repeat(300))
    await tried(() => store.verify())
    await tried(() => store.close())
  }
}

/** What both a killed process and a power cut leave is one of the states that the ledger allows. */
export async function judge(disk: FaultDisk, ledger: WriteLedger, options: BTreeOptions<'bytes'>): Promise<void> {
  for (const image of [disk.killed(), disk.powerCut()]) {
    const store = await openOn(image, options)
    expect(ledger.contents).toContain(contentOf(store))
    await store.verify()
    await store.close()
    expect(image.openFiles).toBe(0)
  }
}
