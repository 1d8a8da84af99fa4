import type { FileHandle } from '../../src/fs/file-system.ts'

/** A file that is nothing but an array of bytes, which tests may damage. */
export class TableMemoryFile implements FileHandle {
  readonly path: string
  bytes: Uint8Array
  closed = false
  appends = 0
  reads = 0
  #size: number

  constructor(path = '000001.sst', bytes: Uint8Array = new Uint8Array(0)) {
    this.path = path
    this.bytes = bytes
    this.#size = bytes.length
  }

  /** What was written so far. */
  contents(): Uint8Array {
    return this.bytes.slice(0, this.#size)
  }

  sizeSync(): number {
    return this.#size
  }

  readSync(target: Uint8Array, offset: number): number {
    if (this.closed) throw new Error('the file is closed')
    this.reads++
    const part = this.bytes.subarray(offset, Math.min(this.#size, offset + target.length))
    target.set(part)
    return part.length
  }

  async read(target: Uint8Array, offset: number): Promise<number> {
    return this.readSync(target, offset)
  }

  appendSync(bytes: Uint8Array): void {
    this.appends++
    this.writeSync(bytes, this.#size)
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.appendSync(bytes)
  }

  writeSync(bytes: Uint8Array, offset: number): void {
    const end = offset + bytes.length
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.bytes.length))
      larger.set(this.bytes.subarray(0, this.#size))
      this.bytes = larger
    }
    this.bytes.set(bytes, offset)
    this.#size = Math.max(this.#size, end)
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    this.writeSync(bytes, offset)
  }

  truncateSync(size: number): void {
    this.#size = size
  }

  async truncate(size: number): Promise<void> {
    this.truncateSync(size)
  }

  syncSync(): void {}

  async sync(): Promise<void> {}

  close(): void {
    this.closed = true
  }
}
