import type { TextSink } from './command.ts'
import { DataFault } from './data-fault.ts'
import { interruptible } from './interruptible.ts'

/** So many characters or bytes are gathered before they are written. */
const CHUNK = 32 * 1024

/** Nobody reads the output any more, as after `varve scan | head`: no failure. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}

/** A stream of text, written in large pieces; each waits until the reader has taken the one before. */
export class Output {
  readonly #stream: TextSink
  readonly #signal: AbortSignal | undefined
  readonly #mayBeLost: boolean
  #text = ''

  /**
   * `signal` ends the waiting for a reader who has stopped to read; `mayBeLost`: what cannot be written is no failure.
   */
  constructor(stream: TextSink, { signal, mayBeLost = false }: { signal?: AbortSignal; mayBeLost?: boolean }) {
    this.#stream = stream
    this.#signal = signal
    this.#mayBeLost = mayBeLost
    // The write that failed is told by its callback.
    stream.on('error', () => {})
  }

  async line(text: string): Promise<void> {
    this.#text += text
    this.#text += '\n'
    if (this.#text.length >= CHUNK) await this.flush()
  }

  async lines(texts: Iterable<string>): Promise<void> {
    for (const text of texts) await this.line(text)
  }

  /** Bytes as they are. */
  async bytes(bytes: Uint8Array): Promise<void> {
    await this.flush()
    await this.#write(bytes)
  }

  /** One JSON document, laid out for people. */
  async document(value: unknown): Promise<void> {
    await this.line(plain(JSON.stringify(value, undefined, 2)))
  }

  /** One line of NDJSON. */
  async record(value: unknown): Promise<void> {
    await this.line(plain(JSON.stringify(value)))
  }

  /** Resolves when everything is with the system. Throws OutputClosed. */
  async flush(): Promise<void> {
    if (this.#text === '') return
    const text = this.#text
    this.#text = ''
    await this.#write(text)
  }

  #write(chunk: string | Uint8Array): Promise<void> {
    const written = this.#written(chunk)
    return this.#signal === undefined ? written : interruptible(this.#signal, written)
  }

  #written(chunk: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(chunk, (error) => {
        if (error === undefined || error === null || this.#mayBeLost) resolve()
        else if (isClosed(error)) reject(new OutputClosed('nobody reads the output'))
        else reject(new DataFault(`the output cannot be written: ${(error as NodeJS.ErrnoException).code}`))
      })
    })
  }
}

function isClosed(error: NodeJS.ErrnoException): boolean {
  return ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes(error.code ?? '')
}

/** JSON leaves DEL and the C1 controls as they are, which terminals obey. */
export function plain(json: string): string {
  return json.replace(/[\u007f-\u009f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
