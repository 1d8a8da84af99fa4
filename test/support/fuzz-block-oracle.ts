const MOST_ENTRIES = 16
const MOST_KEY_BYTES = 65_536

/**
 * The entries of a raw data block, read by FORMAT.md and by nothing else, one text each; undefined where a rule
 * is broken. It is slow, and shares no code with what it is held against.
 */
export function entriesByTheBook(raw: Buffer): string[] | undefined {
  if (raw.length < 4) return undefined
  const count = raw.readUInt32LE(raw.length - 4)
  const end = raw.length - 4 - 4 * count
  if (count < 1 || end <= 0) return undefined
  const restarts = Array.from({ length: count }, (_, i) => raw.readUInt32LE(end + 4 * i))
  if (restarts[0] !== 0 || restarts.some((at, i) => at >= end || (i > 0 && at <= restarts[i - 1]!))) return undefined
  const entries: string[] = []
  for (const [i, start] of restarts.entries()) {
    const interval = intervalByTheBook(raw, start, restarts[i + 1] ?? end, end)
    if (interval === undefined) return undefined
    entries.push(...interval)
  }
  return entries
}

/** The entries from one restart point to the next; undefined where they do not end there exactly. */
function intervalByTheBook(raw: Buffer, start: number, stop: number, end: number): string[] | undefined {
  const entries: string[] = []
  let key = Buffer.alloc(0)
  let at = start
  while (at < stop) {
    const lengths: number[] = []
    for (let i = 0; i < 3; i++) {
      const length = varintByTheBook(raw, at, end)
      if (length === undefined) return undefined
      lengths.push(length.value)
      at += length.size
    }
    const [shared, unshared, valueBytes] = lengths as [number, number, number]
    const valueStart = at + unshared + 7
    if (shared > key.length || shared + unshared > MOST_KEY_BYTES || valueStart + valueBytes > end) return undefined
    key = Buffer.concat([key.subarray(0, shared), raw.subarray(at, at + unshared)])
    const kind = raw[valueStart - 1]!
    if (kind > 1 || entries.length === MOST_ENTRIES) return undefined
    at = valueStart + valueBytes
    const value = raw.toString('hex', valueStart, at)
    entries.push(`${key.toString('hex')} ${raw.readUIntLE(valueStart - 7, 6)} ${kind} ${value}`)
  }
  return at === stop ? entries : undefined
}

function varintByTheBook(raw: Buffer, start: number, end: number): { value: number; size: number } | undefined {
  let value = 0
  for (let i = 0; i < 5 && start + i < end; i++) {
    const byte = raw[start + i]!
    value += (byte % 128) * 128 ** i
    if (byte < 128) return byte === 0 && i > 0 ? undefined : { value, size: i + 1 }
  }
  return undefined
}
