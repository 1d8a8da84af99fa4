import { type Channel, channel } from 'node:diagnostics_channel'
import { VarveError } from '../errors.ts'
import type { StoreEvents } from './store-events.ts'

// Held here: a channel that nobody holds may be collected, and its subscribers with it.
const channels: { readonly [Name in keyof StoreEvents]: Channel } = {
  'varve:flush': channel('varve:flush'),
  'varve:compaction': channel('varve:compaction'),
  'varve:checkpoint': channel('varve:checkpoint'),
  'varve:stall': channel('varve:stall'),
  'varve:recovery': channel('varve:recovery'),
  'varve:error': channel('varve:error'),
}

/** Whether anybody would be told: nothing is put together otherwise. */
export function isWatched(name: keyof StoreEvents): boolean {
  return channels[name].hasSubscribers
}

export function publish<Name extends keyof StoreEvents>(name: Name, event: StoreEvents[Name]): void {
  channels[name].publish(event)
}

/**
 * Calls `tell` with the events of every store of this process, as `subscribe` of `node:diagnostics_channel` does,
 * but with types. Returns what ends it. It is called in the middle of the work that it is told of, and must be quick.
 * What it throws does not reach the store; Node makes it an uncaught exception. Throws INVALID_ARGUMENT for a name that no
 * channel has, and for what is no function.
 */
export function observe<Name extends keyof StoreEvents>(
  name: Name,
  tell: (event: StoreEvents[Name]) => void,
): () => void {
  if (!Object.hasOwn(channels, name)) {
    throw new VarveError('INVALID_ARGUMENT', `there is no such event; there are ${Object.keys(channels).join(', ')}`)
  }
  if (typeof tell !== 'function') {
    throw new VarveError('INVALID_ARGUMENT', `tell must be a function; given was a value of type ${typeof tell}`)
  }
  const told = (event: unknown): void => tell(event as StoreEvents[Name])
  channels[name].subscribe(told)
  return () => {
    channels[name].unsubscribe(told)
  }
}
