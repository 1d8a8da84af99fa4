import { destroy, open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { VarveError } from '../../src/errors.ts'
import type { BatchOperation, Durability, KeyValueStore } from '../../src/kv-store/kv-store.ts'
import { LOCK, LOST } from '../../src/manifest/file-names.ts'
import { benignChoices } from '../../src/testing/choices.ts'
import type { Fault, FaultPlan, FileCall } from '../../src/testing/fault-plan.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import type { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { STRATEGIES, TINY } from './lsm-harness.ts'
import { type Content, contentOf, effectOf, LifeLedger } from './sweep-ledger.ts'

export const STORE = '/store'

export const SWEEP_OPTIONS: OpenOptions<'bytes'> = {
  ...TINY,
  filterBitsPerKey: 10,
  compaction: STRATEGIES['leveled']!(),
  syncIntervalMs: 5,
}

/**
 * A run of a store through a workload whose calls may fail: it notes what was promised, takes errors as the workload's way on, and throws where one
 * is not what DURABILITY.md says.
 */
export class SweepSession {
  disk: SimulatedFileSystem
  runtime: SimulatedRuntime
  /** All lives so far, the newest last. */
  readonly lives: LifeLedger[]
  /** What the workload is at: a deadlock or an endless loop is told with it. */
  at = 'begin'
  /** Codes that a failing call may have; set by the sweep. */
  codes: ReadonlySet<string> = new Set()
  /** How many calls failed so far, and the code of the last call if that did. */
  failures = 0
  failure: string | undefined
  /** Whether files may change under a refused opening: the failed sync of a directory takes names back. */
  mayChangeFiles = false
  /** Whether a sync took back what it was to write: then a killed process loses it, too. */
  mayLoseUnsynced = false
  store: KeyValueStore | undefined
  options: OpenOptions<'bytes'>
  #own: FaultPlan = () => undefined

  constructor(disk: SimulatedFileSystem, runtime: SimulatedRuntime, lives: readonly LifeLedger[]) {
    this.disk = disk
    this.runtime = runtime
    this.lives = lives.map((life) => life.copy())
    this.options = SWEEP_OPTIONS
    disk.runtime = runtime
  }

  get ledger(): LifeLedger {
    return this.lives.at(-1)!
  }

  /** Faults that belong to the workload. */
  readonly ownFault = (call: FileCall): Fault | undefined => this.#own(call)

  /** Fails the next call of an operation on files whose path holds a text: the workload is about what follows. */
  failNext(operation: FileCall['operation'], text: string, fault: Fault): void {
    this.#own = (call) => {
      if (call.operation !== operation || !call.path.includes(text)) return undefined
      this.#own = () => undefined
      return fault
    }
  }

  /** From now on a lock leaves its file, as on a real disk; that is no call of the store's. */
  leaveLockFiles(): void {
    const { disk } = this
    disk.beforeEffect = ({ operation, path }) => {
      if (operation !== 'lock' || disk.faults === undefined) return
      const plan = disk.faults
      disk.faults = undefined
      if (disk.status(`${path}/${LOCK}`) === undefined) disk.open(`${path}/${LOCK}`, 'create', 'other').close()
      disk.faults = plan
    }
  }

  /** Opens the store, if it can be opened. What is found must be what the last life may have left. */
  async open(options: OpenOptions<'bytes'> = {}): Promise<boolean> {
    const before = this.mayChangeFiles ? undefined : this.#lastingFiles()
    const opened = await this.attempt('open', () =>
      open<'bytes'>(STORE, { ...this.options, ...options, fileSystem: this.disk, runtime: this.runtime }),
    )
    if (opened === undefined) {
      if (this.disk.openFiles > 0) throw new Error(`a refused opening leaves ${this.disk.openFiles} files open`)
      if (before !== undefined) this.#checkUnchanged(before)
      return false
    }
    this.store = opened
    const content = this.#read()
    if (content === undefined) {
      // Without knowing what was found there is no telling what is right.
      this.store = undefined
      await this.attempt('close', () => opened.close())
      return false
    }
    const { power, process } = this.ledger.floors
    if (!this.ledger.after(this.mayLoseUnsynced ? power : process).includes(content))
      throw new Error(`opening found ${content}`)
    this.lives.push(new LifeLedger(content))
    return true
  }

  async close(): Promise<void> {
    const { store } = this
    if (store === undefined) return
    this.store = undefined
    await this.attempt('close', () => this.ledger.securing(() => store.close()))
    if (this.disk.openFiles > 0) throw new Error(`a closed store leaves ${this.disk.openFiles} files open`)
  }

  /** Ends the life: what a killed process or a power cut leaves is the disk of the next one. */
  crash(end: 'kill' | 'power cut'): void {
    this.disk = end === 'kill' ? this.disk.killed() : this.disk.crash(benignChoices, 'synced-only')
    this.runtime = this.runtime.nextLife()
    this.disk.runtime = this.runtime
    this.store = undefined
    if (end === 'power cut') this.ledger.loseUnsynced()
  }

  /** The same once more, from here on. */
  fork(): SweepSession {
    return new SweepSession(this.disk.fork(), this.runtime.nextLife(), this.lives)
  }

  async destroy(): Promise<void> {
    await this.attempt('destroy', () => destroy(STORE, { fileSystem: this.disk }))
  }

  put(key: string, bytes: number, durability: Durability = 'power'): Promise<void> {
    return this.write([{ type: 'put', key, value: 'v'.repeat(bytes) }], durability)
  }

  /** One operation by `put` or `delete`, more by `batch`. */
  async write(operations: readonly BatchOperation[], durability: Durability = 'power'): Promise<void> {
    const name = operations.map(({ type, key }) => `${type} ${String(key)}`).join(', ')
    await this.#writing(name, () =>
      this.ledger.write(effectOf(operations), durability, () => this.store!.batch(operations, { durability })),
    )
  }

  async putSync(key: string, bytes: number): Promise<void> {
    const operation = { type: 'put', key, value: 'v'.repeat(bytes) } as const
    await this.#writing(`putSync ${key}`, () =>
      this.ledger.write(effectOf([operation]), 'power', async () => this.store!.putSync(key, operation.value)),
    )
  }

  async clear(prefix: string): Promise<void> {
    const effect = (entries: Map<string, string>): void => {
      for (const key of entries.keys()) if (key.startsWith(prefix)) entries.delete(key)
    }
    await this.attempt(`clear ${prefix}`, () => this.ledger.write(effect, 'power', () => this.store!.clear({ prefix })))
  }

  sync(): Promise<unknown> {
    return this.attempt('sync', () => this.ledger.securing(() => this.store!.sync()))
  }

  flush(): Promise<unknown> {
    return this.attempt('flush', () => this.ledger.securing(() => this.store!.flush()))
  }

  compact(): Promise<unknown> {
    return this.attempt('compact', () => this.ledger.securing(() => this.store!.compact()))
  }

  resume(): Promise<unknown> {
    return this.attempt('resume', () => this.store!.resume())
  }

  /** Once a sync has taken back what was written, the files of a poisoned store are not what it wrote, and it may see that. */
  verify(): Promise<unknown> {
    return this.attempt('verify', async () => {
      try {
        return await this.store!.verify()
      } catch (error) {
        if (!this.mayLoseUnsynced || !(error instanceof VarveError && error.code === 'CORRUPTION')) throw error
        this.store!.putSync('', '')
        throw error
      }
    })
  }

  /** What is read must be what was acknowledged; a read may also fail. */
  async expectVisible(): Promise<void> {
    const content = await this.attempt('scan', async () => contentOf(this.store!.scan({ encoding: 'utf8' })))
    if (content !== undefined && !this.ledger.visible.includes(content)) {
      throw new Error(`reads ${content} instead of ${this.ledger.visible.join(' or ')}`)
    }
  }

  /** Undefined where the action failed with an error that is allowed. */
  async attempt<Result>(name: string, action: () => Promise<Result>): Promise<Result | undefined> {
    this.at = name
    this.failure = undefined
    try {
      return await action()
    } catch (error) {
      if (!(error instanceof VarveError)) throw error
      if (!this.codes.has(error.code)) throw new Error(`${name}: ${error.code} is not what failed`, { cause: error })
      this.failures++
      this.failure = error.code
      return undefined
    }
  }

  async #writing(name: string, action: () => Promise<void>): Promise<void> {
    await this.attempt(name, async () => {
      try {
        await action()
      } catch (error) {
        if (!(error instanceof VarveError) || error.outcome !== undefined) throw error
        throw new Error(`${name} failed without an outcome`, { cause: error })
      }
    })
  }

  #read(): Content | undefined {
    try {
      return contentOf(this.store!.scan({ encoding: 'utf8' }))
    } catch (error) {
      if (error instanceof VarveError && this.codes.has(error.code)) return undefined
      throw error
    }
  }

  /** Every file with a hash of what a reader finds in it. */
  #files(directory = STORE, disk = this.disk.crash(benignChoices, 'all-persisted')): Map<string, string> {
    const files = new Map<string, string>()
    if (disk.status(directory) === undefined) return files
    for (const name of disk.list(directory)) {
      if (disk.status(`${directory}/${name}`)?.kind !== 'file') continue
      const file = disk.open(`${directory}/${name}`, 'read')
      const bytes = new Uint8Array(file.sizeSync())
      file.readSync(bytes, 0)
      file.close()
      files.set(name, Buffer.from(bytes).toString('latin1'))
    }
    return files
  }

  /** Those whose names are durable: a killed process leaves others, too, which a failed sync of the directory may take. */
  #lastingFiles(): Map<string, string> {
    const lasting = this.#files(STORE, this.disk.crash(benignChoices, 'synced-only'))
    return new Map([...this.#files()].filter(([name]) => lasting.has(name)))
  }

  /** New files may be there: an opening that was cut short leaves some. CURRENT may name a manifest that says the same. */
  #checkUnchanged(before: ReadonlyMap<string, string>): void {
    const after = this.#files()
    const lost = new Set(this.#files(`${STORE}/${LOST}`, this.disk.killed()).values())
    for (const [name, bytes] of before) {
      if (name === 'CURRENT' || name === 'CURRENT.tmp' || after.get(name) === bytes) continue
      // Once the fresh manifest is in force, what it has dropped is kept elsewhere.
      if (!after.has(name) && lost.has(bytes)) continue
      throw new Error(`a refused opening ${after.has(name) ? 'changed' : 'removed'} ${name}`)
    }
  }
}
