/** What repair did with one file of the damaged store. */
export interface RepairSource {
  /** Its name in the store's directory. */
  readonly file: string
  readonly kind: 'current' | 'manifest' | 'table' | 'log'
  /** 'none': it is not part of the store, or nothing of it could be read. */
  readonly used: 'whole' | 'part' | 'none'
  /** Why it was not used whole; undefined where it was. */
  readonly why: string | undefined
  /** Size of the file, and how many of its bytes were proven by a checksum and used. */
  readonly bytes: number
  readonly bytesUsed: number
  /** Blocks of a table, records of a log or manifest, and the entries in them. */
  readonly parts: number
  readonly entries: number
}

/** A range of bytes that could not be read. */
export interface UnreadableRange {
  readonly file: string
  readonly offset: number
  readonly length: number
  readonly why: string
  /** Whether entries may have been in it: a filter, say, holds none. */
  readonly mayHoldEntries: boolean
}

/** What `repair` read, what it could not read, and what it made of it. */
export interface RepairReport {
  /** True only when nothing was lost: a sound manifest says which files count, and all their entries were read. */
  readonly complete: boolean
  /**
   * Whether deleted keys, or older values of keys, may be back: what hid them may be among what was lost, or is known
   * only to a manifest that is. True wherever `complete` is false.
   */
  readonly mayResurrectDeleted: boolean
  /** Whether the manifest could be relied upon; without one every table and log that is there was taken. */
  readonly isManifestSound: boolean
  readonly sources: readonly RepairSource[]
  /**
   * In the order of reading; ranges of one file that touch are one. At most 10,000 are listed, `unreadableBytes` counts
   * all.
   */
  readonly unreadable: readonly UnreadableRange[]
  readonly unreadableBytes: number
  /** Entries found in tables and logs, older versions and deletes included. */
  readonly entriesRead: number
  /** Keys in the new store. */
  readonly entries: number
  /** Tables of the new store, and bytes in them. */
  readonly tables: number
  readonly bytes: number
  /** Sequences of the entries found, 0 where there are none. New writes go on behind the last. */
  readonly firstSequence: number
  readonly lastSequence: number
  readonly milliseconds: number
  /** All this in one line. */
  readonly summary: string
}

/** The report in one line, but for itself. */
export function summarize(report: Omit<RepairReport, 'summary'>): string {
  const used = (kind: RepairSource['kind']): string =>
    counted(report.sources.filter((source) => source.kind === kind && source.used !== 'none').length, kind)
  const found = `${counted(report.entries, 'entry')} from ${used('table')} and ${used('log')}`
  if (report.complete) return `complete: ${found}`
  const places = counted(report.unreadable.length, 'place')
  const lost = `${counted(report.unreadableBytes, 'byte')} in ${places} could not be read`
  const manifest = report.isManifestSound ? '' : '; no manifest said which files count'
  return `incomplete: ${found}; ${lost}${manifest}; deleted or older values may be back`
}

function counted(count: number, what: string): string {
  const plural = what === 'entry' ? 'entries' : `${what}s`
  return `${count} ${count === 1 ? what : plural}`
}
