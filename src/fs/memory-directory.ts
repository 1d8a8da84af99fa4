import type { MemoryFile } from './memory-file.ts'

export type MemoryNode = MemoryFile | MemoryDirectory

/** A change of names that no sync of the directory has covered yet. */
export type NameChange =
  | { readonly kind: 'link'; readonly name: string; readonly node: MemoryNode }
  | { readonly kind: 'unlink'; readonly name: string; readonly node: MemoryNode }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string; readonly node: MemoryNode }

/** The names of a directory: what the system shows, and what of it a power cut would take away. */
export class MemoryDirectory {
  readonly #names = new Map<string, MemoryNode>()
  #durable = new Map<string, MemoryNode>()
  #unsynced: NameChange[] = []

  /** What the system shows. */
  get names(): ReadonlyMap<string, MemoryNode> {
    return this.#names
  }

  /** What was done since the last sync, oldest first. */
  get unsynced(): readonly NameChange[] {
    return this.#unsynced
  }

  link(name: string, node: MemoryNode): void {
    this.#change({ kind: 'link', name, node })
  }

  unlink(name: string, node: MemoryNode): void {
    this.#change({ kind: 'unlink', name, node })
  }

  /** Within the directory; replaces `to`. */
  rename(name: string, to: string, node: MemoryNode): void {
    if (name !== to) this.#change({ kind: 'rename', name, to, node })
  }

  sync(): void {
    this.#durable = new Map(this.#names)
    this.#unsynced = []
  }

  /** The names when of the un-synced changes, in order, exactly those happened that `survives` says. */
  namesAfter(survives: (change: NameChange, index: number) => boolean): Map<string, MemoryNode> {
    const names = new Map(this.#durable)
    this.#unsynced.forEach((change, index) => {
      if (survives(change, index)) apply(change, names)
    })
    return names
  }

  /** The same directory with every node replaced by its counterpart: nothing becomes durable by that. */
  replaceNodes(from: MemoryDirectory, counterpart: (node: MemoryNode) => MemoryNode): void {
    for (const [name, node] of from.#names) this.#names.set(name, counterpart(node))
    for (const [name, node] of from.#durable) this.#durable.set(name, counterpart(node))
    this.#unsynced = from.#unsynced.map((change) => ({ ...change, node: counterpart(change.node) }))
  }

  #change(change: NameChange): void {
    this.#unsynced.push(change)
    apply(change, this.#names)
  }
}

function apply(change: NameChange, names: Map<string, MemoryNode>): void {
  // A name that was given to something else in the meantime, because an earlier change was lost, stays.
  if (change.kind !== 'link' && names.get(change.name) === change.node) names.delete(change.name)
  if (change.kind === 'link') names.set(change.name, change.node)
  if (change.kind === 'rename') names.set(change.to, change.node)
}
