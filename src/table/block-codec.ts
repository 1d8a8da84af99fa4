import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { checksum, seedAt } from '../bytes/checksum.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { corruption, VarveError } from '../errors.ts'
import { Codec, type CodecName, MAX_BLOCK_BYTES, TRAILER_SIZE } from './format.ts'

/** Inflating gives memory out in steps of this, so a false raw size costs nothing. */
const INFLATE_STEP_BYTES = 64 * 1024

/**
 * Turns the raw block in `block` into the stored one with its trailer, in place. `offset` is where it will stand in the
 * file.
 */
export function sealBlock(block: ByteWriter, codec: CodecName, tableSeed: number, offset: number): void {
  const rawSize = block.length
  let code: number = Codec.none
  if (codec === 'deflate') {
    const packed = deflate(block.view())
    // Less than an eighth saved is not worth the inflating at every read.
    if (packed.length <= rawSize - rawSize / 8) {
      code = Codec.deflate
      block.clear()
      block.bytes(packed)
    }
  }
  block.u8(code)
  block.u32(rawSize)
  block.u32(checksum(block.buffer, 0, block.length, seedAt(tableSeed, offset)))
}

/**
 * The raw bytes of the block stored in `bytes` from `start`, `size` bytes long without its trailer, which follows. They
 * are a view where nothing was compressed. CORRUPTION where the checksum or the sizes are wrong, UNSUPPORTED_FORMAT for
 * an unknown codec.
 */
export function openBlock(
  bytes: Uint8Array,
  start: number,
  size: number,
  tableSeed: number,
  file: string,
  offset: number,
): Uint8Array {
  return inflatedBlock(bytes, start, size, tableSeed, file, offset) ?? bytes.subarray(start, start + size)
}

/** The same, but undefined where nothing was compressed, and so what is stored is the block itself. */
export function inflatedBlock(
  bytes: Uint8Array,
  start: number,
  size: number,
  tableSeed: number,
  file: string,
  offset: number,
): Uint8Array | undefined {
  const end = start + size
  const sumAt = end + TRAILER_SIZE - 4
  if (checksum(bytes, start, sumAt, seedAt(tableSeed, offset)) !== u32At(bytes, sumAt)) {
    throw corruption('a block does not match its checksum', file, offset)
  }
  const codec = bytes[end]!
  const rawSize = u32At(bytes, end + 1)
  if (codec === Codec.none) {
    if (rawSize !== size) throw corruption('a block is not as long as it says', file, offset)
    return undefined
  }
  if (codec !== Codec.deflate) {
    throw new VarveError('UNSUPPORTED_FORMAT', `a block of codec ${codec} needs a newer version of varve`, {
      file,
      offset,
    })
  }
  if (rawSize > MAX_BLOCK_BYTES) throw corruption('a block says that it is impossibly large', file, offset)
  return inflate(bytes.subarray(start, end), rawSize, file, offset)
}

export function u32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

function deflate(raw: Uint8Array): Uint8Array {
  // Its memory costs more to set up than a small block takes to deflate: a window of the block's size loses nothing.
  const windowBits = Math.min(Math.max(32 - Math.clz32(raw.length), 9), 15)
  return deflateRawSync(raw, { level: 1, windowBits, memLevel: windowBits < 15 ? 6 : 8 })
}

function inflate(stored: Uint8Array, rawSize: number, file: string, offset: number): Uint8Array {
  const chunkSize = Math.min(rawSize + 64, INFLATE_STEP_BYTES)
  let raw: Buffer
  try {
    raw = inflateRawSync(stored, { maxOutputLength: Math.max(rawSize, 1), chunkSize: Math.max(chunkSize, 64) })
  } catch (cause) {
    throw new VarveError('CORRUPTION', `a block cannot be inflated in ${file} at byte ${offset}`, {
      cause,
      file,
      offset,
    })
  }
  if (raw.length !== rawSize) throw corruption('a block inflates to another size than it says', file, offset)
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.length)
}
