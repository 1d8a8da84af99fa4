/** The name of the file that names the manifest in force. */
export const CURRENT: string = 'CURRENT'

/** The name of the file that says who holds the store. */
export const LOCK: string = 'LOCK'

/** What a file that replaces another in one step is called until it does: the other's name and this. */
export const TEMPORARY_SUFFIX: string = '.tmp'

/** The directory, within the store's, of files that an opening took out of use because it dropped some of their bytes. */
export const LOST: string = 'lost'

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

/** What a file is called in `lost/`: its name behind the number of the life that wrote it, so that a listing sorts by age. */
export function lostName(epoch: number, name: string): string {
  return `${digits(epoch)}-${name}`
}

/** What a name in `lost/` is; undefined for anything that `lostName` does not make. */
export function parseLostName(name: string): { readonly epoch: number; readonly file: FileName } | undefined {
  const [, text, rest] = /^(\d+)-(.+)$/.exec(name) ?? []
  const file = parseFileName(rest ?? '')
  const epoch = Number(text)
  if (file === undefined || epoch > MAX_NUMBER || digits(epoch) !== text) return undefined
  return { epoch, file }
}

function numbered(kind: FileName['kind'], text: string): FileName | undefined {
  const number = Number(text)
  return number > 0 && number <= MAX_NUMBER && digits(number) === text ? { kind, number } : undefined
}

/** At least six digits, so that a listing sorts by age for long. */
function digits(number: number): string {
  return String(number).padStart(6, '0')
}
