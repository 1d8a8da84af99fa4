/** What opening found and did. */
export interface RecoveryReport {
  /** True for a store that this opening made. */
  created: boolean
  /** Whether the last life ended with a completed close (or never wrote). */
  clean: boolean
  /** The database id, 32 hex digits. */
  databaseId: string
  /** How many lives that wrote the store had before this opening. */
  epoch: number
  /** Log files replayed, oldest first. */
  logs: number[]
  /** Commit groups and operations replayed from them. */
  groupsReplayed: number
  operationsReplayed: number
  /** The first sequence replayed, 0 where none. */
  firstSequence: number
  /** The last sequence of the store, replayed or in tables. */
  lastSequence: number
  /**
   * Un-promised bytes at the end of the logs that no acknowledged durable write can have been in, and why they were
   * dropped.
   */
  droppedBytes: number
  droppedReason: string | undefined
  /** Un-promised bytes dropped at the end of the manifest. */
  manifestDroppedBytes: number
  /** Tables written from replayed content. */
  tablesFlushed: number
  /** Logs and manifests of which bytes were dropped, as `lost/` in the store's directory now holds them. */
  quarantined: string[]
  /** Files of ours that nothing names any more, removed. */
  filesRemoved: string[]
  /** What this platform cannot do, such as 'directory-sync'. */
  downgrades: string[]
  /** How long opening took, in milliseconds. */
  milliseconds: number
}
