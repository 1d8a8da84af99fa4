/** The name of the file that names the manifest in force. */
export const CURRENT: string = 'CURRENT'

/** The name of the file that says who holds the store. */
export const LOCK: string = 'LOCK'

/** What a file that replaces another in one step is called until it does: the other's name and this. */
export const TEMPORARY_SUFFIX: string = '.tmp'

const MAX_NUMBER = 2 ** 48 - 1

export function walName(number: number): string {
  return `${digits(number)}.wal`
}

export function tableName(number: number): string {
  return `${digits(number)}.sst`
}

export function manifestName(number: number): string {
  return `MANIFEST-${digits(number)}`
}

export interface FileName {
  readonly kind: 'wal' | 'table' | 'manifest' | 'current' | 'lock' | 'temporary'
  /** 0 for names without one. */
  readonly number: number
}

/** What a name in the store's directory is; undefined for anything that is not exactly a name of ours, which is never touched. */
export function parseFileName(name: string): FileName | undefined {
  if (name === CURRENT) return { kind: 'current', number: 0 }
  if (name === LOCK) return { kind: 'lock', number: 0 }
  if (name.endsWith(TEMPORARY_SUFFIX)) {
    const target = parseFileName(name.slice(0, -TEMPORARY_SUFFIX.length))
    return target === undefined || target.kind === 'temporary'
      ? undefined
      : { kind: 'temporary', number: target.number }
  }
  const manifest = /^MANIFEST-(\d+)$/.exec(name)
  if (manifest !== null) return numbered('manifest', manifest[1]!)
  const other = /^(\d+)\.(wal|sst)$/.exec(name)
  return other === null ? undefined : numbered(other[2] === 'wal' ? 'wal' : 'table', other[1]!)
}

function numbered(kind: FileName['kind'], text: string): FileName | undefined {
  const number = Number(text)
  return number > 0 && number <= MAX_NUMBER && digits(number) === text ? { kind, number } : undefined
}

/** At least six digits, so that a listing sorts by age for long. */
function digits(number: number): string {
  return String(number).padStart(6, '0')
}
