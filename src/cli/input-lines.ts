import type { FileSystem } from '../index.ts'
import type { ByteSource } from './command.ts'

const READ_BYTES = 256 * 1024
/** Longer than the line of any entry that a store can hold; a string takes no more. */
const LINE_BYTES_MAX = 450_000_000

export interface InputLine {
  /** From 1. */
  readonly number: number
  /** Without its end. */
  readonly bytes: Uint8Array
  /** How much of the input has been read with it. */
  readonly readBytes: number
  /** The line is longer than this reader takes; `bytes` is empty. */
  readonly isTooLong: boolean
}

/** The lines of an input that are not blank. */
export async function* inputLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<InputLine> {
  let parts: Uint8Array[] = []
  let size = 0
  let number = 0
  let readBytes = 0
  const take = (end: Uint8Array): InputLine | undefined => {
    number++
    parts.push(end)
    const isTooLong = size + end.length > LINE_BYTES_MAX
    const bytes = trimmed(isTooLong ? new Uint8Array(0) : parts.length === 1 ? end : Buffer.concat(parts), number)
    parts = []
    size = 0
    return bytes.length === 0 && !isTooLong ? undefined : { number, bytes, readBytes, isTooLong }
  }
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    let start = 0
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      readBytes += end + 1 - start
      const line = take(bytes.subarray(start, end))
      start = end + 1
      if (line !== undefined) yield line
    }
    const rest = bytes.subarray(start)
    readBytes += rest.length
    // What is past any line's length is counted, and not kept.
    if (size <= LINE_BYTES_MAX) parts.push(rest)
    size += rest.length
  }
  if (size === 0) return
  const last = take(new Uint8Array(0))
  if (last !== undefined) yield last
}

/** The content of a file, piece by piece. */
export async function* fileChunks(fileSystem: FileSystem, path: string): AsyncGenerator<Uint8Array> {
  const file = fileSystem.open(path, 'read')
  try {
    for (let offset = 0; ; ) {
      const piece = new Uint8Array(READ_BYTES)
      const length = await file.read(piece, offset)
      if (length === 0) return
      yield piece.subarray(0, length)
      offset += length
    }
  } finally {
    file.close()
  }
}

/** All of an input. */
export async function allBytes(chunks: ByteSource): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  return Buffer.concat(parts)
}

const MARK = [0xef, 0xbb, 0xbf]

/** Without blanks around it, and without the byte order mark that editors put before the first line. */
function trimmed(line: Uint8Array, number: number): Uint8Array {
  let start = number === 1 && MARK.every((byte, i) => line[i] === byte) ? MARK.length : 0
  let end = line.length
  while (end > start && isBlank(line[end - 1]!)) end--
  while (start < end && isBlank(line[start]!)) start++
  return line.subarray(start, end)
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d
}
