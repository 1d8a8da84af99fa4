import { checksum } from '../bytes/checksum.ts'
import { corruption, VarveError } from '../errors.ts'
import { manifestName, parseFileName } from './file-names.ts'

/** Longer than any line that `encodeCurrent` makes. */
const MAX_BYTES = 128

/** The contents of CURRENT: one line of the manifest's name, its number, and the CRC-32 of both in hex. */
export function encodeCurrent(number: number): Uint8Array {
  const text = `${manifestName(number)} ${number} `
  return new TextEncoder().encode(`${text}${sumOf(text)}\n`)
}

/** What LevelDB and those that came of it write: the name alone. */
const FOREIGN = /^MANIFEST-\d+\n$/

/** How to get at what it holds. */
export const FOREIGN_ADVICE: string =
  'npx varve import <new directory> --create --from-leveldb <this one> copies a database of LevelDB'

/**
 * The number of the manifest that CURRENT names. Anything but exactly such a line is CORRUPTION, or UNSUPPORTED_FORMAT
 * where it is another database's.
 */
export function decodeCurrent(bytes: Uint8Array, file?: string): number {
  const line = bytes.length <= MAX_BYTES ? new TextDecoder('latin1').decode(bytes) : ''
  const name = line.slice(0, Math.max(0, line.indexOf(' ')))
  const parsed = parseFileName(name)
  if (parsed?.kind === 'manifest') {
    const text = `${name} ${parsed.number} `
    if (line === `${text}${sumOf(text)}\n`) return parsed.number
  }
  if (FOREIGN.test(line)) {
    const message = `this is a database of LevelDB or RocksDB, not a varve store: ${FOREIGN_ADVICE}`
    throw new VarveError('UNSUPPORTED_FORMAT', message, { file })
  }
  throw corruption('the line that names the manifest is damaged, or not that of a varve store', file, 0)
}

function sumOf(text: string): string {
  const bytes = new TextEncoder().encode(text)
  return checksum(bytes, 0, bytes.length, 0).toString(16).padStart(8, '0')
}
