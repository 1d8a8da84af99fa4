import { readFileSync } from 'node:fs'

/** What the operating system counted of this process. */
export interface ProcessIo {
  /** Bytes handed to write calls, threads included. */
  readonly wchar: number
  /** Bytes of pages dirtied, in whole pages of 4 KiB. */
  readonly writeBytes: number
  /** Of these, bytes that were removed before they were written back. */
  readonly cancelledBytes: number
}

/** Counted and observed bytes may differ by this share of the observed ones. */
export const BYTE_TOLERANCE = 0.05

export function parseProcessIo(text: string): ProcessIo {
  const field = (name: string): number => {
    const found = new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)
    if (found === null) throw new Error(`/proc/self/io has no ${name}: the lab cannot check its byte counts`)
    return Number(found[1])
  }
  return {
    wchar: field('wchar'),
    writeBytes: field('write_bytes'),
    cancelledBytes: field('cancelled_write_bytes'),
  }
}

export function processIo(): ProcessIo {
  return parseProcessIo(readFileSync('/proc/self/io', 'utf8'))
}

export interface ByteCheck {
  /** The sum of the byte classes. */
  readonly countedBytes: number
  readonly wcharBytes: number
  readonly writeBytes: number
  readonly cancelledBytes: number
  /** How far the sum is from what the system saw, as a share of that. */
  readonly difference: number
}

/**
 * Holds the byte classes against the operating system's count. Throws where they differ by more than 5 %: then some class is missing or
 * counted twice, and no amplification computed from them may be published.
 */
export function checkBytes(classes: Readonly<Record<string, number>>, before: ProcessIo, after: ProcessIo): ByteCheck {
  const countedBytes = Object.values(classes).reduce((sum, bytes) => sum + bytes, 0)
  const wcharBytes = after.wchar - before.wchar
  const difference = wcharBytes === 0 ? countedBytes : (countedBytes - wcharBytes) / wcharBytes
  if (Math.abs(difference) > BYTE_TOLERANCE) {
    const counted = Object.entries(classes).map(([name, bytes]) => `${name} ${bytes}`)
    throw new Error(
      `the byte classes sum to ${countedBytes} bytes (${counted.join(', ')}), but the system saw ${wcharBytes}: ` +
        `${(100 * difference).toFixed(1)} % apart, 5 % are allowed`,
    )
  }
  return {
    countedBytes,
    wcharBytes,
    writeBytes: after.writeBytes - before.writeBytes,
    cancelledBytes: after.cancelledBytes - before.cancelledBytes,
    difference,
  }
}
