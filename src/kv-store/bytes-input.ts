import { VarveError } from '../errors.ts'
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../key/internal-key.ts'
import { describe, sizeText } from './describe.ts'

const NOTHING = new Uint8Array(0)
const UINT8_PROTOTYPE: object = Uint8Array.prototype
const BUFFER_PROTOTYPE: object = Buffer.prototype
/** Longer strings are encoded faster by the runtime than by a loop. */
const LOOP_CHARACTERS = 64

/**
 * A key as bytes: the caller's own array where it gave one, so whoever keeps it copies it first. Throws
 * INVALID_ARGUMENT for anything but a well-formed string or a readable Uint8Array of at most 64 KiB that is not shared
 * with other threads.
 */
export function toKeyBytes(key: unknown, name = 'key'): Uint8Array {
  return toBytes(key, name, MAX_KEY_BYTES)
}

/**
 * The same for a caller that is done with the bytes before it passes control on: those of a short string lie in memory
 * that the next call overwrites. Nothing of the user's may run before they are copied, so this comes after all other
 * checks.
 */
export function borrowKeyBytes(key: unknown): Uint8Array {
  return toBytes(key, 'key', MAX_KEY_BYTES, BORROWED)
}

/** One array for each length, because a view of a larger one would cost as much as a fresh one. */
const BORROWED: Uint8Array[] = Array.from({ length: LOOP_CHARACTERS + 1 }, (_, length) => new Uint8Array(length))

/** The same for a value, of at most 256 MiB. */
export function toValueBytes(value: unknown, name = 'value'): Uint8Array {
  return toBytes(value, name, MAX_VALUE_BYTES)
}

function toBytes(given: unknown, name: string, maxBytes: number, borrowed?: readonly Uint8Array[]): Uint8Array {
  if (typeof given === 'string') return encode(given, name, maxBytes, borrowed)
  const bytes = given instanceof Uint8Array && isPlain(given) ? given : normalise(given, name)
  if (bytes.length > maxBytes) throw tooLong(name, `${bytes.length} bytes`, maxBytes)
  if (bytes.length === 0) return requireAttached(bytes, name)
  // Another thread could change the bytes between the check of a length and its use.
  if (bytes.buffer instanceof SharedArrayBuffer) throw refused(name, 'memory that is shared between threads')
  return bytes
}

/** Whether `length` and the rest of the array mean what the language says: a subclass may have redefined them. */
function isPlain(bytes: Uint8Array): boolean {
  if (!ArrayBuffer.isView(bytes)) return false
  const prototype: object | null = Object.getPrototypeOf(bytes)
  return prototype === UINT8_PROTOTYPE || prototype === BUFFER_PROTOTYPE
}

/** Uint8Arrays of a subclass or of another realm, copied into a plain one. */
function normalise(given: unknown, name: string): Uint8Array {
  if (!isUint8Array(given)) throw refused(name, describe(given))
  let copy: Uint8Array
  try {
    copy = new Uint8Array(given)
  } catch (cause) {
    throw refused(name, 'an array whose memory is gone', cause)
  }
  if (copy.length > 0 && tagOf(given.buffer) === '[object SharedArrayBuffer]') {
    throw refused(name, 'memory that is shared between threads')
  }
  return copy
}

const readTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(UINT8_PROTOTYPE), Symbol.toStringTag)?.get

/** By the array's hidden tag, which no property and no proxy can imitate. */
function isUint8Array(given: unknown): given is Uint8Array {
  return readTag?.call(given) === 'Uint8Array'
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value)
}

/**
 * An array of no bytes may be one whose buffer was transferred, or cut from under it; storing that as empty would lose
 * what was meant.
 */
function requireAttached(bytes: Uint8Array, name: string): Uint8Array {
  try {
    bytes.at(0)
  } catch (cause) {
    throw refused(name, 'an array whose memory is gone', cause)
  }
  return NOTHING
}

function encode(text: string, name: string, maxBytes: number, borrowed?: readonly Uint8Array[]): Uint8Array {
  const { length } = text
  // UTF-8 takes at least one byte for each UTF-16 unit.
  if (length > maxBytes) throw tooLong(name, `a string of ${length} characters`, maxBytes)
  if (length <= LOOP_CHARACTERS) {
    const ascii = borrowed === undefined ? new Uint8Array(length) : borrowed[length]!
    let i = 0
    for (; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) break
      ascii[i] = unit
    }
    if (i === length) return ascii
  }
  if (!isWellFormed(text)) throw refused(name, 'a string with a lone surrogate')
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length > maxBytes) throw tooLong(name, `a string of ${bytes.length} bytes in UTF-8`, maxBytes)
  return bytes
}

/** Node has had it since version 20; the compiler's library for this target has not. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}

function refused(name: string, given: string, cause?: unknown): VarveError {
  const message = `${name} must be a Uint8Array or a well-formed string; given was ${given}`
  return new VarveError('INVALID_ARGUMENT', message, cause === undefined ? {} : { cause })
}

function tooLong(name: string, given: string, maxBytes: number): VarveError {
  return new VarveError('INVALID_ARGUMENT', `${name} may have at most ${sizeText(maxBytes)}; given was ${given}`)
}
