import type { TableEntry } from './table-entry.ts'

/** What a store needs of the program that opens it. An unknown name in `read` or `write` refuses that kind of opening. */
export interface Features {
  readonly read: readonly string[]
  readonly write: readonly string[]
  readonly ignore: readonly string[]
}

/** A keyspace, with everything that gives its bytes meaning, by name. Id 0 is the default one; ids are never reused. */
export interface KeyspaceEntry {
  readonly id: number
  readonly name: string
  readonly comparator: string
  readonly mergeOperator: string
  readonly codec: string
  readonly strategy: string
}

/** A log of an earlier life that was sealed and synced: replay requires exactly this. */
export interface SealedLog {
  readonly number: number
  readonly length: number
  readonly lastSequence: number
}

/** One step of the manifest. Every field may be absent; what is there is applied in the order of this list. */
export interface VersionEdit {
  readonly features?: Features | undefined
  readonly keyspaces?: readonly KeyspaceEntry[] | undefined
  /** A life that writes begins: supersedes `clean`, whose log becomes one of the sealed ones. */
  readonly opened?: { readonly epoch: number; readonly firstLog: number } | undefined
  /** A life ended well; `number` 0 where it left no log. */
  readonly clean?: SealedLog | undefined
  readonly sealedLogs?: readonly SealedLog[] | undefined
  /** Logs with lower numbers are no longer needed. */
  readonly replayFrom?: number | undefined
  /** File numbers up to this one may be in use. */
  readonly reservedThrough?: number | undefined
  /** The greatest sequence that tables hold, or have held. */
  readonly lastSequence?: number | undefined
  /** Replay skips a keyspace's operations up to its sequence. */
  readonly flushedThrough?: readonly { readonly keyspace: number; readonly sequence: number }[] | undefined
  readonly removed?: readonly number[] | undefined
  readonly added?: readonly TableEntry[] | undefined
}
