import type { FileSystem } from '../fs/file-system.ts'
import { parseFileName, tableName } from '../manifest/file-names.ts'
import type { TableEntry } from '../manifest/table-entry.ts'
import type { Authority } from './authority.ts'
import { footerId } from './damaged-table.ts'
import type { Findings } from './findings.ts'
import type { ManifestHints } from './manifest-hints.ts'
import type { TableCandidate } from './table-salvage.ts'

/** A table file that is there. */
interface TableHere {
  readonly name: string
  readonly number: number
  readonly bytes: number
  /** What its footer says; undefined where that is damaged. */
  readonly id: string | undefined
}

/** The table files, and which of them the manifest names. */
export class TableCandidates {
  readonly #here: readonly TableHere[]
  readonly #entries: readonly TableEntry[]
  readonly #hints: ManifestHints

  constructor(fileSystem: FileSystem, directory: string, names: readonly string[], { state, hints }: Authority) {
    this.#here = names.flatMap((name) => {
      const parsed = parseFileName(name)
      return parsed?.kind === 'table' ? tableHere(fileSystem, directory, name, parsed.number) : []
    })
    this.#entries = state === undefined ? [] : [...state.version.tables()]
    this.#hints = hints
  }

  /** Whether the footer of one is a store's. */
  get areProven(): boolean {
    return this.#here.some(({ id }) => id !== undefined)
  }

  /**
   * Whether a table is missing that the manifest names, while one is there that it does not name: then the manifest has
   * lost its end, with the merge that made the one of the other.
   */
  get contradictManifest(): boolean {
    const used = new Set(this.#entries.flatMap((entry) => this.#filesOf(entry)))
    const isMissing = this.#entries.some((entry) => this.#filesOf(entry).length === 0)
    return isMissing && this.#here.some((table) => !used.has(table) && table.id !== undefined)
  }

  /**
   * The tables that a sound manifest names, found by their ids, whatever their files are called now. With them those
   * that are newer than all that it ever named: a flush or merge that was about to be named, or whose edit is lost. As
   * nothing can have replaced them yet, they bring nothing back.
   */
  named(findings: Findings): TableCandidate[] {
    const candidates: TableCandidate[] = []
    const used = new Set<TableHere>()
    for (const entry of this.#entries) {
      const files = this.#filesOf(entry)
      for (const file of files) used.add(file)
      candidates.push(...files.map(({ name }) => ({ name, entry, id: entry.id })))
      if (files.length === 0) findings.unreadableAt(tableName(entry.number), 0, entry.bytes, 'the table is missing')
    }
    for (const table of this.#here) {
      if (used.has(table)) continue
      if (table.number > this.#hints.newestTable && table.id !== undefined)
        candidates.push({ ...table, entry: undefined })
      else unused(table, 'the manifest does not name it', findings)
    }
    return candidates
  }

  /** Every table that is there. */
  all(): TableCandidate[] {
    return this.#here.map(({ name, number, id }) => ({
      name,
      entry: undefined,
      id: id ?? this.#hints.tableIds.get(number),
    }))
  }

  #filesOf(entry: TableEntry): TableHere[] {
    return this.#here.filter(({ id, number }) => id === entry.id || (id === undefined && number === entry.number))
  }
}

function tableHere(fileSystem: FileSystem, directory: string, name: string, number: number): TableHere[] {
  const path = `${directory}/${name}`
  const status = fileSystem.status(path)
  if (status?.kind !== 'file') return []
  const file = fileSystem.open(path, 'read')
  try {
    return [{ name, number, bytes: status.size, id: footerId(file) }]
  } finally {
    file.close()
  }
}

function unused({ name, bytes }: TableHere, why: string, findings: Findings): void {
  findings.source({ file: name, kind: 'table', used: 'none', why, bytes, bytesUsed: 0, parts: 0, entries: 0 })
}
