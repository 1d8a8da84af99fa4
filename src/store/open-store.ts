import { VarveError } from '../errors.ts'
import type { DirectoryLock } from '../fs/file-system.ts'
import type { Durability, Encoding, KeyRange, Snapshot } from '../kv-store/kv-store.ts'
import { toBounds } from '../kv-store/range.ts'
import type { RecoveryReport } from '../kv-store/recovery-report.ts'
import type { Scan } from '../kv-store/scan.ts'
import { countRange } from './count-range.ts'
import type { SnapshotList } from './snapshots.ts'
import { type Pin, StoreSnapshot } from './store-snapshot.ts'
import { StoreWriter, type WriterCore } from './store-writer.ts'

/** What being open needs of an engine. */
export interface OpenCore<View> extends WriterCore<View> {
  readonly context: WriterCore<View>['context'] & {
    readonly options: { readonly durability: Durability; readonly readOnly: boolean }
  }
  readonly snapshots: SnapshotList
}

/** A store from its opening to its close: what it has handed out, and how that ends with it. */
export abstract class OpenStore<E extends Encoding, Core extends OpenCore<View>, View = undefined> extends StoreWriter<
  E,
  Core,
  View
> {
  readonly recovery: RecoveryReport
  readonly #lock: DirectoryLock | undefined
  readonly #openSnapshots = new Set<Snapshot<E>>()
  #closing: Promise<void> | undefined

  constructor(core: Core, report: RecoveryReport, lock: DirectoryLock | undefined) {
    super(core, new Set<Scan<Encoding>>(), core.context.options.durability)
    this.recovery = report
    this.#lock = lock
  }

  /** The last sequence that reads may see. */
  protected abstract get published(): number

  /** Whether every byte of the log is durable. */
  protected abstract get isSynced(): boolean

  /** Keeps what is seen at `sequence`, the one published last. */
  protected abstract pin(sequence: number): Pin<View>

  /** Carries out what was called before, and frees everything but the lock. */
  protected abstract end(): Promise<void>

  snapshot(): Snapshot<E> {
    const sequence = this.currentSequence()
    const { snapshots } = this.core
    const { view, release } = this.pin(sequence)
    snapshots.add(sequence)
    const snapshot: Snapshot<E> = new StoreSnapshot<E, Core, View>(this.core, this.scans, sequence, {
      view,
      release: () => {
        snapshots.remove(sequence)
        release()
        this.#openSnapshots.delete(snapshot)
      },
    })
    this.#openSnapshots.add(snapshot)
    return snapshot
  }

  async count(range?: KeyRange): Promise<number> {
    const bounds = toBounds(range)
    return countRange(this.core, bounds, this.currentSequence())
  }

  async sync(): Promise<void> {
    const { queue, context } = this.core
    context.health.checkNotPoisoned()
    if (context.options.readOnly || (queue.isIdle && this.isSynced)) return
    queue.begin(0, 'power')
    await queue.end(0)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Throws why no write is taken. */
  protected checkWritable(): void {
    const refusal = this.core.context.health.refusal()
    if (refusal !== undefined) throw refusal
  }

  protected override currentSequence(): number {
    this.core.context.health.checkOpen()
    return this.published
  }

  protected override sequenceOf(snapshot: Snapshot): number {
    return StoreSnapshot.sequenceOf(snapshot, this.core)
  }

  async #close(): Promise<void> {
    // From here on every call is refused; what was called before is still carried out.
    this.core.context.health.close()
    for (const scan of [...this.scans]) scan.interrupt(new VarveError('CLOSED', 'the store of this scan was closed'))
    for (const snapshot of [...this.#openSnapshots]) snapshot.close()
    try {
      await this.end()
    } finally {
      this.#lock?.release()
      // A second close has nothing to report.
      this.#closing = Promise.resolve()
    }
  }
}
