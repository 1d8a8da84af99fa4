import { type HashTarget, hashInto } from '../bytes/hash.ts'

const lanes: HashTarget = { hash1: 0, hash2: 0 }
const encoder = new TextEncoder()
const known: Map<string, HashTarget> = new Map()

/** A 64-bit hash over a sequence of numbers, texts and bytes. It finds differences; it withstands nobody who looks for collisions. */
export class RollingHash implements HashTarget {
  hash1 = 0x2545f491
  hash2 = 0x6c078965

  /** Whole numbers from -2^53 to 2^53. */
  addNumber(value: number): void {
    this.#mix(value | 0, Math.trunc(value / 0x1_0000_0000) | 0)
  }

  addBytes(bytes: Uint8Array): void {
    hashInto(lanes, bytes, 0, bytes.length)
    this.addHash(lanes)
  }

  addText(text: string): void {
    this.addHash(textHash(text))
  }

  addHash(hash: HashTarget): void {
    this.#mix(hash.hash1, hash.hash2)
  }

  copy(): RollingHash {
    const copy = new RollingHash()
    copy.hash1 = this.hash1
    copy.hash2 = this.hash2
    return copy
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return hex(this.hash1) + hex(this.hash2)
  }

  #mix(a: number, b: number): void {
    let h1 = Math.imul(this.hash1 ^ a, 0x85ebca6b)
    h1 = Math.imul((h1 ^ (h1 >>> 15)) + this.hash2, 0xc2b2ae35)
    let h2 = Math.imul(this.hash2 ^ b, 0x9e3779b1)
    h2 = Math.imul((h2 ^ (h2 >>> 13)) + h1, 0x27d4eb2f)
    this.hash1 = (h1 ^ (h1 >>> 16)) | 0
    this.hash2 = (h2 ^ (h2 >>> 15)) | 0
  }
}

/** The hash of a text that is hashed again and again, such as a file name. */
export function textHash(text: string): HashTarget {
  let hash = known.get(text)
  if (hash === undefined) {
    if (known.size >= 10_000) known.clear()
    const bytes = encoder.encode(text)
    hash = { hash1: 0, hash2: 0 }
    hashInto(hash, bytes, 0, bytes.length, bytes.length)
    known.set(text, hash)
  }
  return hash
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0')
}
