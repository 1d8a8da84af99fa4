import { invariant, VarveError } from '../errors.ts'
import { Version } from './version.ts'
import type { Features, KeyspaceEntry, SealedLog, VersionEdit } from './version-edit.ts'

/** Every field of the state but the methods. */
interface Fields {
  readonly features: Features
  /** By id, in the order of their making. */
  readonly keyspaces: ReadonlyMap<number, KeyspaceEntry>
  readonly version: Version
  /** How many lives that write this store has had. */
  readonly epoch: number
  /** The first log of the newest life. */
  readonly firstLog: number
  /** Set while the newest life is known to have ended well. */
  readonly clean: SealedLog | undefined
  /** Logs of earlier lives that replay still needs, ascending. */
  readonly sealedLogs: readonly SealedLog[]
  readonly replayFrom: number
  readonly reservedThrough: number
  readonly lastSequence: number
  /** Sequence by keyspace id. */
  readonly flushedThrough: ReadonlyMap<number, number>
}

const EMPTY: Fields = {
  features: { read: [], write: [], ignore: [] },
  keyspaces: new Map(),
  version: Version.empty,
  epoch: 0,
  firstLog: 0,
  clean: undefined,
  sealedLogs: [],
  replayFrom: 0,
  reservedThrough: 0,
  lastSequence: 0,
  flushedThrough: new Map(),
}

/** What a manifest says once all its edits are folded. Immutable: an edit makes the next state. */
export class ManifestState implements Fields {
  readonly features: Features
  readonly keyspaces: ReadonlyMap<number, KeyspaceEntry>
  readonly version: Version
  readonly epoch: number
  readonly firstLog: number
  readonly clean: SealedLog | undefined
  readonly sealedLogs: readonly SealedLog[]
  readonly replayFrom: number
  readonly reservedThrough: number
  readonly lastSequence: number
  readonly flushedThrough: ReadonlyMap<number, number>

  private constructor(fields: Fields) {
    this.features = fields.features
    this.keyspaces = fields.keyspaces
    this.version = fields.version
    this.epoch = fields.epoch
    this.firstLog = fields.firstLog
    this.clean = fields.clean
    this.sealedLogs = fields.sealedLogs
    this.replayFrom = fields.replayFrom
    this.reservedThrough = fields.reservedThrough
    this.lastSequence = fields.lastSequence
    this.flushedThrough = fields.flushedThrough
  }

  static readonly empty: ManifestState = new ManifestState(EMPTY)

  /**
   * The state after `edit`. Features replace the former ones, a keyspace replaces that of its id; `replayFrom`, `reservedThrough`,
   * `lastSequence` and `flushedThrough` never go back. An edit that cannot follow this state breaks an invariant.
   */
  apply(edit: VersionEdit): ManifestState {
    const added = edit.added ?? []
    const removed = edit.removed ?? []
    return new ManifestState({
      features: edit.features ?? this.features,
      keyspaces: withKeyspaces(this.keyspaces, edit.keyspaces ?? []),
      version: added.length + removed.length === 0 ? this.version : this.version.apply(added, removed),
      ...this.#logs(edit),
      reservedThrough: Math.max(this.reservedThrough, edit.reservedThrough ?? 0),
      lastSequence: Math.max(this.lastSequence, edit.lastSequence ?? 0),
      flushedThrough: withFlushes(this.flushedThrough, edit.flushedThrough ?? []),
    })
  }

  /** As `apply`, for an edit that was read at `offset` of `file`: one that cannot follow this state is CORRUPTION. */
  replay(edit: VersionEdit, file: string, offset: number): ManifestState {
    try {
      return this.apply(edit)
    } catch (cause) {
      throw new VarveError('CORRUPTION', 'an edit of the manifest contradicts those before it', { cause, file, offset })
    }
  }

  /** The one edit that rebuilds this state in a fresh manifest. */
  snapshotEdit(): VersionEdit {
    const { epoch, firstLog } = this
    return {
      features: this.features,
      keyspaces: orAbsent([...this.keyspaces.values()]),
      opened: epoch === 0 ? undefined : { epoch, firstLog },
      clean: this.clean,
      sealedLogs: orAbsent(this.sealedLogs),
      replayFrom: this.replayFrom,
      reservedThrough: this.reservedThrough,
      lastSequence: this.lastSequence,
      flushedThrough: orAbsent([...this.flushedThrough].map(([keyspace, sequence]) => ({ keyspace, sequence }))),
      added: orAbsent([...this.version.tables()]),
    }
  }

  #logs(edit: VersionEdit): Pick<Fields, 'epoch' | 'firstLog' | 'clean' | 'sealedLogs' | 'replayFrom'> {
    let { epoch, firstLog, clean } = this
    const sealedLogs = [...this.sealedLogs]
    if (edit.opened !== undefined) {
      invariant(edit.opened.epoch > epoch, 'a life begins with an epoch that is not greater than the one before')
      ;({ epoch, firstLog } = edit.opened)
      if (clean !== undefined && clean.number > 0 && clean.number >= this.replayFrom) sealedLogs.push(clean)
      clean = undefined
    }
    if (edit.clean !== undefined) clean = edit.clean
    sealedLogs.push(...(edit.sealedLogs ?? []))
    sealedLogs.sort((a, b) => a.number - b.number)
    invariant(
      sealedLogs.every((log, i) => log.number !== sealedLogs[i + 1]?.number),
      'a log is sealed twice',
    )
    const replayFrom = Math.max(this.replayFrom, edit.replayFrom ?? 0)
    return { epoch, firstLog, clean, sealedLogs: sealedLogs.filter((log) => log.number >= replayFrom), replayFrom }
  }
}

function withKeyspaces(
  before: ReadonlyMap<number, KeyspaceEntry>,
  entries: readonly KeyspaceEntry[],
): ReadonlyMap<number, KeyspaceEntry> {
  if (entries.length === 0) return before
  const after = new Map(before)
  for (const entry of entries) after.set(entry.id, entry)
  return after
}

function withFlushes(
  before: ReadonlyMap<number, number>,
  flushes: readonly { readonly keyspace: number; readonly sequence: number }[],
): ReadonlyMap<number, number> {
  if (flushes.length === 0) return before
  const after = new Map(before)
  for (const { keyspace, sequence } of flushes) after.set(keyspace, Math.max(sequence, after.get(keyspace) ?? 0))
  return after
}

function orAbsent<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}
