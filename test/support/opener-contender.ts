import { open } from '../../src/database/open.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'

/** What a contender is asked: to open a store, to write to it, or to close it. */
export type OpenerRequest =
  | { readonly ask: 'open'; readonly directory: string; readonly readOnly: boolean }
  | { readonly ask: 'write'; readonly key: string }
  | { readonly ask: 'close' }

/** With the keys that the store holds then. */
export type OpenerAnswer =
  | { readonly isDone: true; readonly keys: readonly string[] }
  | { readonly isDone: false; readonly code: string; readonly message: string }

/** Opens what it is asked to, in the process or thread that it runs in. */
export class OpenerContender {
  #store: KeyValueStore<'utf8'> | undefined

  async answer(request: OpenerRequest): Promise<OpenerAnswer> {
    try {
      return { isDone: true, keys: await this.#carryOut(request) }
    } catch (error) {
      const { code = 'none', message } = error as Error & { readonly code?: string }
      return { isDone: false, code, message }
    }
  }

  async #carryOut(request: OpenerRequest): Promise<readonly string[]> {
    if (request.ask === 'open') {
      // No promise is written behind an idle log: while somebody else is refused, no byte changes.
      this.#store = await open(request.directory, {
        readOnly: request.readOnly,
        encoding: 'utf8',
        syncIntervalMs: 60_000,
      })
    }
    const store = this.#store!
    if (request.ask === 'write') {
      await store.put(request.key, 'x')
      // Nor by a merge.
      await store.compact()
    }
    const keys = store
      .scan()
      .allSync()
      .map(([key]) => key)
    if (request.ask === 'close') await store.close()
    return keys
  }
}
