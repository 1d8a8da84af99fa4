import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../key/internal-key.ts'
import { bytesOf, type TextEncoding, utf8Text } from './bytes-text.ts'
import { plain } from './output.ts'

/** Longer values are written in base64 whatever they are: escaped, they might not fit into a string. */
const TEXT_BYTES_MAX = 32 << 20

/** A line is no entry. The message says why, and holds nothing of the line. */
export class LineFault extends Error {
  override readonly name = 'LineFault'
}

/** The three spellings of a field: text, hex and base64. */
const SPELLINGS: readonly (readonly [suffix: string, encoding: TextEncoding])[] = [
  ['', 'utf8'],
  ['Hex', 'hex'],
  ['64', 'base64'],
]

/** An entry as one line of NDJSON; what is absent is left out. Under 'utf8' what is no text is in base64. */
export function entryLine(key: Uint8Array | undefined, value: Uint8Array | undefined, encoding: TextEncoding): string {
  const fields: string[] = []
  if (key !== undefined) fields.push(fieldText('key', key, encoding))
  if (value !== undefined) fields.push(fieldText('value', value, encoding))
  return plain(`{${fields.join(',')}}`)
}

/** Bytes as a field of an object that is printed as JSON. */
export function bytesField(name: string, bytes: Uint8Array, encoding: TextEncoding): Record<string, string> {
  const text = encoding === 'utf8' && bytes.length <= TEXT_BYTES_MAX ? utf8Text(bytes) : undefined
  if (text !== undefined) return { [name]: text }
  const spelling = encoding === 'hex' ? 'hex' : 'base64'
  const shown = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(spelling)
  return { [`${name}${spelling === 'hex' ? 'Hex' : '64'}`]: shown }
}

function fieldText(name: string, bytes: Uint8Array, encoding: TextEncoding): string {
  return JSON.stringify(bytesField(name, bytes, encoding)).slice(1, -1)
}

export interface LineEntry {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** Reads what `entryLine` writes, in any spelling. Throws LineFault. */
export function parseEntryLine(line: Uint8Array): LineEntry {
  const text = utf8Text(line)
  if (text === undefined) throw new LineFault('it is not UTF-8')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new LineFault('it is not JSON')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new LineFault('it is no object')
  const fields = new Map<string, unknown>(Object.entries(parsed))
  const key = takeField(fields, 'key', MAX_KEY_BYTES)
  const value = takeField(fields, 'value', MAX_VALUE_BYTES)
  if (fields.size > 0) throw new LineFault('it has fields other than a key and a value')
  return { key, value }
}

function takeField(fields: Map<string, unknown>, name: string, bytesMax: number): Uint8Array {
  const found = SPELLINGS.filter(([suffix]) => fields.has(`${name}${suffix}`))
  const [spelling] = found
  if (spelling === undefined) throw new LineFault(`it has no ${name}, ${name}Hex or ${name}64`)
  if (found.length > 1) throw new LineFault(`it has more than one ${name}`)
  const [suffix, encoding] = spelling
  const text = fields.get(`${name}${suffix}`)
  fields.delete(`${name}${suffix}`)
  if (typeof text !== 'string') throw new LineFault(`its ${name}${suffix} is no string`)
  if (encoding === 'utf8' && !isWellFormed(text)) throw new LineFault(`its ${name} has half of a surrogate pair`)
  const bytes = bytesOf(text, encoding)
  if (bytes === undefined) throw new LineFault(`its ${name}${suffix} is not ${encoding}`)
  if (bytes.length > bytesMax) throw new LineFault(`its ${name} has ${bytes.length} bytes, and may have ${bytesMax}`)
  return bytes
}

/** Node has had it since version 20; the compiler's library for this target has not. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}
