import { observe } from '../../src/observe/event-channels.ts'
import type { StoreEvents } from '../../src/observe/store-events.ts'

/** Every channel. */
export const EVENT_NAMES: readonly (keyof StoreEvents)[] = [
  'varve:flush',
  'varve:compaction',
  'varve:checkpoint',
  'varve:stall',
  'varve:recovery',
  'varve:error',
]

/** Keeps the events of the store in one directory, in the order in which they came. */
export class EventRecorder implements Disposable {
  readonly events: { readonly name: keyof StoreEvents; readonly event: StoreEvents[keyof StoreEvents] }[] = []
  readonly #ends: (() => void)[]

  constructor(directory: string, names: readonly (keyof StoreEvents)[] = EVENT_NAMES) {
    this.#ends = names.map((name) =>
      observe(name, (event) => {
        if (event.directory === directory) this.events.push({ name, event })
      }),
    )
  }

  of<Name extends keyof StoreEvents>(name: Name): StoreEvents[Name][] {
    return this.events.filter((each) => each.name === name).map(({ event }) => event as StoreEvents[Name])
  }

  /** Each event in a few words, such as 'flush 1 start' and 'flush 1 done'. */
  get story(): string[] {
    return this.events.map(({ name, event }) => {
      const what = name.slice('varve:'.length)
      if ('consequence' in event) return `${what} ${event.consequence}`
      return `${what} ${event.id} ${event.phase === 'start' ? 'start' : event.outcome}`
    })
  }

  [Symbol.dispose](): void {
    for (const end of this.#ends) end()
  }
}
