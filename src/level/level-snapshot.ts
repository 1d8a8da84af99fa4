import { type AbstractLevel, AbstractSnapshot } from 'abstract-level'
import type { Snapshot } from '../index.ts'

/** The declarations of abstract-level leave out the constructor that implementations call. */
const Base = AbstractSnapshot as new (options: SnapshotOptions) => AbstractSnapshot

/** Who closes the snapshot when it is closed itself: a database or a sublevel. */
export interface SnapshotOptions {
  owner: AbstractLevel<unknown, unknown, unknown>
}

/** A snapshot of Varve's as Level hands it out. */
export class LevelSnapshot extends Base {
  readonly #snapshot: Snapshot

  constructor(snapshot: Snapshot, options: SnapshotOptions) {
    super(options)
    this.#snapshot = snapshot
  }

  /** What the `snapshot` option of a read stands for. */
  static of(option: unknown): Snapshot | undefined {
    if (option === undefined || option === null) return undefined
    if (option instanceof LevelSnapshot) return option.#snapshot
    throw new TypeError('the snapshot option must be a snapshot of this database')
  }

  protected async _close(): Promise<void> {
    this.#snapshot.close()
  }
}
