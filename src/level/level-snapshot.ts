import { type AbstractLevel, AbstractSnapshot } from 'abstract-level'
import type { Snapshot } from '../index.ts'
import { LevelError } from './level-error.ts'

/** The declarations of abstract-level leave out the constructor that implementations call. */
const Base = AbstractSnapshot as new (options: SnapshotOptions) => AbstractSnapshot

/** Who closes the snapshot when it is closed itself: a database or a sublevel. */
export interface SnapshotOptions {
  owner: AbstractLevel<unknown, unknown, unknown>
}

/** A snapshot of Varve's as Level hands it out. */
export class LevelSnapshot extends Base {
  readonly #snapshot: Snapshot
  #isClosed = false

  constructor(snapshot: Snapshot, options: SnapshotOptions) {
    super(options)
    this.#snapshot = snapshot
  }

  /**
   * What the `snapshot` option of a read stands for. The base class looks whether a snapshot is closed only when an
   * iterator is read, which is too late for its scan.
   */
  static of(option: unknown): Snapshot | undefined {
    if (option === undefined || option === null) return undefined
    if (!(option instanceof LevelSnapshot)) {
      throw new TypeError('the snapshot option must be a snapshot of this database')
    }
    if (option.#isClosed) throw new LevelError('LEVEL_SNAPSHOT_NOT_OPEN', 'Snapshot is not open')
    return option.#snapshot
  }

  protected async _close(): Promise<void> {
    this.#isClosed = true
    this.#snapshot.close()
  }
}
