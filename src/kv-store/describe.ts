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

function describeObject(value: object): string {
  if (value instanceof ArrayBuffer) return `an ArrayBuffer of ${value.byteLength} bytes`
  if (value instanceof DataView) return 'a DataView'
  if (ArrayBuffer.isView(value)) return 'an array of numbers that are not bytes'
  return 'an object'
}
