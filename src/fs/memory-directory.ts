import type { MemoryFile } from './memory-file.ts'

export type MemoryNode = MemoryFile | MemoryDirectory

/** A change of names that no sync of the directory has covered yet. */
export type NameChange =
  | { readonly kind: 'link'; readonly name: string; readonly node: MemoryNode; readonly order: number }
  | { readonly kind: 'unlink'; readonly name: string; readonly node: MemoryNode; readonly order: number }
  | {
      readonly kind: 'rename'
      readonly name: string
      readonly to: string
      readonly node: MemoryNode
      readonly order: number
    }

/** The names of a directory: what the system shows, and what of it a power cut would take away. */
export class MemoryDirectory {
  /** What a sync met that was reported as a success: the next one reports it. */
  lateError: string | undefined
  readonly #names: Map<string, MemoryNode>
  #durable: ReadonlyMap<string, MemoryNode>
  #unsynced: NameChange[] = []
  /** Those of the un-synced changes that the system has given up: shown, yet never written. */
  #abandoned: Set<NameChange> | undefined

  /** A directory that holds `names`, all of them durable. */
  constructor(names: ReadonlyMap<string, MemoryNode> = new Map()) {
    this.#names = new Map(names)
    this.#durable = names
  }

  /** What the system shows. */
  get names(): ReadonlyMap<string, MemoryNode> {
    return this.#names
  }

  get durableNames(): ReadonlyMap<string, MemoryNode> {
    return this.#durable
  }

  /** What was done since the last sync and may still reach the disk, oldest first. */
  get unsynced(): readonly NameChange[] {
    const abandoned = this.#abandoned
    return abandoned === undefined ? this.#unsynced : this.#unsynced.filter((change) => !abandoned.has(change))
  }

  /** How many changes a power cut would surely take. */
  get abandonedChanges(): number {
    return this.#abandoned?.size ?? 0
  }

  link(name: string, node: MemoryNode, order = 0): void {
    this.#change({ kind: 'link', name, node, order })
  }

  unlink(name: string, node: MemoryNode, order = 0): void {
    this.#change({ kind: 'unlink', name, node, order })
  }

  /** Within the directory; replaces `to`. */
  rename(name: string, to: string, node: MemoryNode, order = 0): void {
    if (name !== to) this.#change({ kind: 'rename', name, to, node, order })
  }

  sync(): void {
    const abandoned = this.#abandoned
    this.#durable = abandoned === undefined ? new Map(this.#names) : this.namesAfter(() => true)
    this.#unsynced = abandoned === undefined ? [] : [...abandoned]
  }

  /** A sync failed, and the system calls the changes clean: they stay visible, and no later sync writes them. */
  abandon(): void {
    if (this.#unsynced.length > 0) this.#abandoned = new Set(this.#unsynced)
  }

  /** A sync failed, and the system goes back to what is on the disk. */
  revert(): void {
    this.#names.clear()
    for (const [name, node] of this.#durable) this.#names.set(name, node)
    this.#unsynced = []
    this.#abandoned = undefined
  }

  /** The names when of the un-synced changes, in order, exactly those happened that `survives` says. */
  namesAfter(survives: (change: NameChange, index: number) => boolean): Map<string, MemoryNode> {
    const names = new Map(this.#durable)
    this.unsynced.forEach((change, index) => {
      if (survives(change, index)) applyNameChange(change, names)
    })
    return names
  }

  /** The same directory with every node replaced by its counterpart: nothing becomes durable by that. */
  replaceNodes(from: MemoryDirectory, counterpart: (node: MemoryNode) => MemoryNode): void {
    this.lateError = from.lateError
    for (const [name, node] of from.#names) this.#names.set(name, counterpart(node))
    const durable = new Map<string, MemoryNode>()
    for (const [name, node] of from.#durable) durable.set(name, counterpart(node))
    this.#durable = durable
    for (const change of from.#unsynced) {
      const replaced = { ...change, node: counterpart(change.node) }
      this.#unsynced.push(replaced)
      if (from.#abandoned?.has(change)) (this.#abandoned ??= new Set()).add(replaced)
    }
  }

  #change(change: NameChange): void {
    this.#unsynced.push(change)
    applyNameChange(change, this.#names)
  }
}

/** A name that was given to something else in the meantime, because an earlier change was lost, stays. */
export function applyNameChange(change: NameChange, names: Map<string, MemoryNode>): void {
  if (change.kind !== 'link' && names.get(change.name) === change.node) names.delete(change.name)
  if (change.kind === 'link') names.set(change.name, change.node)
  if (change.kind === 'rename') names.set(change.to, change.node)
}
