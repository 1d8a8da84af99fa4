import { UsageError } from './usage-error.ts'

/** How keys and values are written on the command line and shown. */
export type TextEncoding = 'utf8' | 'hex' | 'base64'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text that these bytes are, or undefined where they are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** Bytes from text under an encoding; undefined where it is not of that encoding. */
export function bytesOf(text: string, encoding: TextEncoding): Uint8Array | undefined {
  if (encoding === 'utf8') return Buffer.from(text, 'utf8')
  const bytes = Buffer.from(text, encoding)
  const again = bytes.toString(encoding)
  // Node skips what it does not know.
  const isSame = encoding === 'hex' ? again === text.toLowerCase() : unpadded(again) === unpadded(text)
  return isSame ? bytes : undefined
}

/** The same for a word of the command line, which `what` names. */
export function givenBytes(text: string, encoding: TextEncoding, what: string): Uint8Array {
  const bytes = bytesOf(text, encoding)
  if (bytes === undefined) throw new UsageError(`${what} is not ${encoding}, which --encoding says it is`)
  return bytes
}

/** Bytes as one line of printable text. Under 'utf8' backslash, controls and bytes that are no text are escaped. */
export function shownBytes(bytes: Uint8Array, encoding: TextEncoding): string {
  if (encoding !== 'utf8') return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(encoding)
  const text = utf8Text(bytes)
  if (text !== undefined) return escaped(text)
  let shown = ''
  for (const byte of bytes) shown += byte < 0x80 ? escaped(String.fromCharCode(byte)) : byteEscape(byte)
  return shown
}

/** What a terminal might obey: controls, and marks that turn the direction of text or break lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSAFE = /[\\\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text without anything that a terminal might obey. */
export function escaped(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0)
    return NAMED[character] ?? (code < 0x80 ? byteEscape(code) : `\\u{${code.toString(16)}}`)
  })
}

/** A message for a terminal: only what one might obey is escaped, and lines stay. */
export function printable(message: string): string {
  return message.replace(UNSAFE, (character) => ('\\\n'.includes(character) ? character : escaped(character)))
}

/** At most `most` characters of it. */
export function shortened(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

function byteEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}

function unpadded(text: string): string {
  return text.replace(/={1,2}$/, '')
}
