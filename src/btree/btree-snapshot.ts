import { VarveError } from '../errors.ts'
import type { Encoding, Snapshot } from '../kv-store/kv-store.ts'
import type { Scan } from '../kv-store/scan.ts'
import { StoreReader } from '../store/store-reader.ts'
import type { BTreeCore } from './btree-core.ts'

/** A snapshot is a view: while it is open, the pages that it sees are kept in memory when they change. */
export class BTreeSnapshot<E extends Encoding> extends StoreReader<E, BTreeCore> implements Snapshot<E> {
  readonly sequence: number
  readonly #onClose: () => void
  #isOpen = true

  constructor(core: BTreeCore, scans: Set<Scan<Encoding>>, sequence: number, onClose: () => void) {
    super(core, scans)
    this.sequence = sequence
    this.#onClose = onClose
    core.snapshots.add(sequence)
    core.parts.pager.versions.open(sequence)
  }

  /** The sequence of a snapshot, for a store that was given one by its caller. */
  static sequenceOf(snapshot: Snapshot, core: BTreeCore): number {
    if (!(snapshot instanceof BTreeSnapshot) || snapshot.core !== core) {
      throw new VarveError('INVALID_ARGUMENT', 'snapshot must be one that this store has made')
    }
    return snapshot.currentSequence()
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.core.snapshots.remove(this.sequence)
    this.core.parts.pager.versions.close(this.sequence)
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
    return BTreeSnapshot.sequenceOf(snapshot, this.core)
  }
}
