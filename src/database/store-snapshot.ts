import { VarveError } from '../errors.ts'
import type { Encoding, Snapshot } from '../kv-store/kv-store.ts'
import type { Scan } from '../kv-store/scan.ts'
import { StoreReader } from '../store/store-reader.ts'
import type { StoreCore } from './store-core.ts'
import type { ReadView } from './tree.ts'

/**
 * A snapshot is a sequence: while it is open, flush and compaction keep every version that it sees. Where tables may be dropped it is a
 * pinned view, too.
 */
export class StoreSnapshot<E extends Encoding> extends StoreReader<E, StoreCore, ReadView> implements Snapshot<E> {
  readonly sequence: number
  protected override readonly view: ReadView | undefined
  readonly #onClose: () => void
  #isOpen = true

  constructor(core: StoreCore, scans: Set<Scan<Encoding>>, sequence: number, onClose: () => void) {
    super(core, scans)
    this.sequence = sequence
    this.#onClose = onClose
    this.view = core.work.mayDrop ? core.tree.view() : undefined
    core.snapshots.add(sequence)
  }

  /** The sequence of a snapshot, for a store that was given one by its caller. */
  static sequenceOf(snapshot: Snapshot, core: StoreCore): number {
    if (!(snapshot instanceof StoreSnapshot) || snapshot.core !== core) {
      throw new VarveError('INVALID_ARGUMENT', 'snapshot must be one that this store has made')
    }
    return snapshot.currentSequence()
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.core.snapshots.remove(this.sequence)
    this.view?.pinned.release()
    this.#onClose()
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
