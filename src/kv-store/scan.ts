import type { Encoding, Value } from './kv-store.ts'
export interface Scan<E extends Encoding> extends AsyncIterable<[Value<E>, Value<E>]> {}
