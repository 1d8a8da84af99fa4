/** What kind of thing was given, for messages: its type and size, never its content. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  switch (typeof value) {
    case 'undefined':
      return 'undefined'
    case 'string':
      return `a string of ${value.length} characters`
    case 'object':
      return describeObject(value)
    default:
      return `a ${typeof value}`
  }
}

/** The same of an option's value, which is no user's data: numbers and words are shown as they are. */
export function describeOption(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && /^[\w-]{1,24}$/.test(value) ? `'${value}'` : describe(value)
}

function describeObject(value: object): string {
  if (value instanceof ArrayBuffer) return `an ArrayBuffer of ${value.byteLength} bytes`
  if (value instanceof DataView) return 'a DataView'
  if (ArrayBuffer.isView(value)) return 'an array of numbers that are not bytes'
  return 'an object'
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB']

/** A size as the documents have it. */
export function sizeText(bytes: number): string {
  let unit = 0
  for (; bytes % 1024 === 0 && bytes > 0 && unit < UNITS.length - 1; unit++) bytes /= 1024
  return `${bytes} ${UNITS[unit]}`
}
