import type { FileSystem, KeyValueStore, Runtime } from '../../../src/index.ts'
import type { LevelProbe } from '../measure/level-probe.ts'

/** What the runner hands to a store that it opens. */
export interface OpenRequest {
  readonly directory: string
  readonly fileSystem: FileSystem
  readonly runtime: Runtime
  /** As fast as it can, instead of waiting for background work. */
  readonly isFull: boolean
}

/** A store as the lab drives it. */
export interface OpenedArm {
  readonly store: KeyValueStore
  /** Of LSM-trees. */
  readonly probe?: LevelProbe
  /** Resolves when background work is done; what writers of a 'drained' run wait for after each round. */
  readonly pause: () => Promise<void>
  /** Everything in its final place: flushed and merged, or checkpointed. */
  readonly drain: () => Promise<void>
  /** Counters of its own, such as splits; read whenever a window ends. */
  readonly counters?: () => Readonly<Record<string, number>>
  /** What is counted once, at the end, by reading everything. */
  readonly shape?: () => Readonly<Record<string, number>>
}

/** One way to store data: a strategy of the LSM-tree, or a B-tree with its settings. */
export interface Arm {
  readonly name: string
  readonly title: string
  readonly engine: 'lsm' | 'btree'
  readonly settings: Readonly<Record<string, string | number>>
  readonly open: (request: OpenRequest) => Promise<OpenedArm>
}
