import type { KeyRange } from '../index.ts'
import { LevelError } from './level-error.ts'

/** Keys and values in the forms that the manifest declares: Level encodes to these before it calls. */
export type Format = string | Buffer | Uint8Array

/** Range options as Level passes them on: encoded, and a bound counts if it is there, whatever it is. */
export interface EncodedRange {
  readonly gt?: Format
  readonly gte?: Format
  readonly lt?: Format
  readonly lte?: Format
}

/**
 * As LevelDB stores it: what is no UTF-16 becomes U+FFFD, where Varve would refuse it, and any view stands for its
 * bytes.
 */
export function toBytes(data: Format | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return toWellFormed(data)
  if (!ArrayBuffer.isView(data)) throw unencoded(data)
  return data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** Such as a function as JSON, of which nothing would be left. */
function unencoded(data: unknown): LevelError {
  const message = `an encoding must make a string or bytes of a key or value; it made ${data === null ? data : typeof data}`
  return new LevelError('LEVEL_INVALID_ARGUMENT', message)
}

/** Node has had it since version 20; the compiler's library for this target has not. */
function toWellFormed(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed()
}

export function toKeyRange(options: EncodedRange): KeyRange {
  const range: KeyRange = {}
  for (const name of ['gt', 'gte', 'lt', 'lte'] as const) {
    const bound = options[name]
    if (bound !== undefined) range[name] = toBytes(bound)
  }
  return range
}

/** Whether a target of `seek` lies outside of a range, which ends the iterator. */
export function isOutside(target: Format, { gt, gte, lt, lte }: EncodedRange): boolean {
  if (gte !== undefined ? compare(target, gte) < 0 : gt !== undefined && compare(target, gt) <= 0) return true
  return lte !== undefined ? compare(target, lte) > 0 : lt !== undefined && compare(target, lt) >= 0
}

function compare(a: Format, b: Format): number {
  return Buffer.compare(Buffer.from(toBytes(a)), Buffer.from(toBytes(b)))
}
