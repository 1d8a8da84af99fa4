const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** A number of bytes, for people. */
export function bytesText(bytes: number): string {
  let amount = bytes
  let unit = 0
  // Rounded to a tenth, what is nearer to 1024 is 1024 of its unit, and so 1 of the next.
  while (amount >= 1023.95 && unit < UNITS.length - 1) {
    amount /= 1024
    unit++
  }
  return `${unit === 0 ? amount : amount.toFixed(amount < 9.995 ? 2 : 1)} ${UNITS[unit]}`
}

/** A whole number with its thousands apart. */
export function numberText(count: number): string {
  return count.toLocaleString('en-US')
}

/** '1 key', '2 keys'; `plural` where an s does not make one. */
export function counted(count: number, what: string, plural: string = `${what}s`): string {
  return `${numberText(count)} ${count === 1 ? what : plural}`
}

/** A time of the wall clock, in milliseconds since 1970. */
export function timeText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms)
}

/** Rows with their columns in line. */
export function columnsText(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  )
}
