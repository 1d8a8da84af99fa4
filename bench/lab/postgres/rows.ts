export const KEY_BYTES = 16
export const VALUE_BYTES = 100
export const ROW_BYTES: number = KEY_BYTES + VALUE_BYTES

/** Random rows, the same for the same seed: a key, and a value made of it that PostgreSQL can make as well. */
export class Rows {
  readonly key: Buffer = Buffer.alloc(KEY_BYTES)
  readonly value: Buffer = Buffer.alloc(VALUE_BYTES)
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  next(): void {
    for (let at = 0; at < KEY_BYTES; at += 4) this.key.writeUInt32BE(this.#word(), at)
    for (let at = 0; at < VALUE_BYTES; at++) this.value[at] = this.key[at % KEY_BYTES]!
  }

  /** One statement that inserts the next `count` rows one after the other, in one transaction. */
  statement(count: number): string {
    const keys: string[] = []
    for (let row = 0; row < count; row++) {
      this.next()
      keys.push(`('\\x${this.key.toString('hex')}'::bytea)`)
    }
    return `INSERT INTO rows SELECT k, substr(k||k||k||k||k||k||k, 1, ${VALUE_BYTES}) FROM (VALUES ${keys.join(',')}) v(k);\n`
  }

  /** splitmix32: every state is met once, so keys do not repeat. */
  #word(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let word = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad)
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
    return (word ^ (word >>> 15)) >>> 0
  }
}
