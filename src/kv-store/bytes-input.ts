import { VarveError } from '../errors.ts'
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../key/internal-key.ts'
import { describe, sizeText } from './describe.ts'

const NOTHING = new Uint8Array(0)
const UINT8_PROTOTYPE: object = Uint8Array.prototype
const BUFFER_PROTOTYPE: object = Buffer.prototype
/** Longer strings and arrays are encoded, or copied, faster by the runtime than by a loop. V8 keeps arrays of up to so many bytes on its heap. */
const LOOP_LENGTH = 64

/**
 * A key as bytes: the caller's own array where it gave a long one, so whoever keeps it copies it first. Throws
 * INVALID_ARGUMENT for anything but a well-formed string or a readable Uint8Array of at most 64 KiB. Memory that other
 * threads may change is copied as it is now.
 */
export function toKeyBytes(key: unknown, name = 'key'): Uint8Array {
  return toBytes(key, name, MAX_KEY_BYTES)
}

/**
 * The same for a caller that is done with the bytes before it passes control on: short ones lie in memory that the next
 * call overwrites. Nothing of the user's may run before they are copied, so this comes after all other
 * checks.
 */
export function borrowKeyBytes(key: unknown): Uint8Array {
  return toBytes(key, 'key', MAX_KEY_BYTES, KEYS_TO_LEND)
}

/** A value as bytes, of at most 256 MiB; else as `toKeyBytes`. */
export function toValueBytes(value: unknown, name = 'value'): Uint8Array {
  return toBytes(value, name, MAX_VALUE_BYTES)
}

/** The same, as `borrowKeyBytes`; a key and a value may be borrowed at the same time. */
export function borrowValueBytes(value: unknown): Uint8Array {
  return toBytes(value, 'value', MAX_VALUE_BYTES, VALUES_TO_LEND)
}

/** One array for each length, because a view of a larger one would cost as much as a fresh one. */
const KEYS_TO_LEND: readonly Uint8Array[] = arraysOfEachLength()
const VALUES_TO_LEND: readonly Uint8Array[] = arraysOfEachLength()

function arraysOfEachLength(): Uint8Array[] {
  return Array.from({ length: LOOP_LENGTH + 1 }, (_, length) => new Uint8Array(length))
}

function toBytes(given: unknown, name: string, maxBytes: number, borrowed?: readonly Uint8Array[]): Uint8Array {
  if (typeof given === 'string') return encode(given, name, maxBytes, borrowed)
  const bytes = given instanceof Uint8Array && isPlain(given) ? given : normalise(given, name)
  const { length } = bytes
  if (length > maxBytes) throw tooLong(name, `${length} bytes`, maxBytes)
  if (length === 0) return requireAttached(bytes, name)
  // To ask a short array for its buffer would move it off V8's heap: that takes longer than all else here.
  if (length <= LOOP_LENGTH) return copyInto(borrowed?.[length] ?? new Uint8Array(length), bytes)
  // Another thread could change the bytes, or make them more, between a check and the use of what was checked.
  if (bytes.buffer instanceof SharedArrayBuffer) return toBytes(new Uint8Array(bytes), name, maxBytes)
  return bytes
}

function copyInto(target: Uint8Array, bytes: Uint8Array): Uint8Array {
  for (let i = 0; i < target.length; i++) target[i] = bytes[i]!
  return target
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
  try {
    return new Uint8Array(given)
  } catch (cause) {
    throw refused(name, 'an array whose memory is gone', cause)
  }
}

const readTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(UINT8_PROTOTYPE), Symbol.toStringTag)?.get

/** By the array's hidden tag, which no property and no proxy can imitate. */
function isUint8Array(given: unknown): given is Uint8Array {
  return readTag?.call(given) === 'Uint8Array'
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
  if (length <= LOOP_LENGTH) {
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
