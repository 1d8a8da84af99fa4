import { VarveError } from '../errors.ts'
import type { Encoding, Snapshot } from '../kv-store/kv-store.ts'
import type { Scan } from '../kv-store/scan.ts'
import { type ReaderCore, StoreReader } from './store-reader.ts'

/** What a snapshot holds on to until it is closed. */
export interface Pin<View> {
  /** Undefined where the sequence says it all. */
  readonly view: View | undefined
  release(): void
}

/** A snapshot is a sequence: while it is open, the store keeps every version that it sees. */
export class StoreSnapshot<E extends Encoding, Core extends ReaderCore<View>, View>
  extends StoreReader<E, Core, View>
  implements Snapshot<E>
{
  readonly sequence: number
  protected override readonly view: View | undefined
  readonly #release: () => void
  #isOpen = true

  constructor(core: Core, scans: Set<Scan<Encoding>>, sequence: number, { view, release }: Pin<View>) {
    super(core, scans)
    this.sequence = sequence
    this.view = view
    this.#release = release
  }

  /** The sequence of a snapshot, for a store that was given one by its caller. */
  static sequenceOf(snapshot: Snapshot, core: ReaderCore<never>): number {
    if (!(snapshot instanceof StoreSnapshot) || snapshot.core !== core) {
      throw new VarveError('INVALID_ARGUMENT', 'snapshot must be one that this store has made')
    }
    return snapshot.currentSequence()
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#release()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  protected override currentSequence(): number {
    this.core.context.health.checkOpen()
    if (!this.#isOpen) throw new VarveError('CLOSED', 'this snapshot is closed: take another one')
    return this.sequence
  }

  protected override sequenceOf(snapshot: Snapshot): number {
    return StoreSnapshot.sequenceOf(snapshot, this.core)
  }
}
