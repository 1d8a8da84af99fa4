import { VarveError } from '../errors.ts'
import type { ManifestState } from './manifest-state.ts'

/** Feature names that this version understands. */
const KNOWN_FEATURES: ReadonlySet<string> = new Set()

/** UNSUPPORTED_FORMAT where a store needs more than this version knows: to be read, or, unless `readOnly`, to be written. */
export function checkFeatures({ features, keyspaces }: ManifestState, readOnly: boolean): void {
  const needed = readOnly ? features.read : [...features.read, ...features.write]
  const unknown = needed.filter((name) => !KNOWN_FEATURES.has(name))
  if (unknown.length > 0) {
    throw new VarveError(
      'UNSUPPORTED_FORMAT',
      `the store uses ${unknown.join(', ')}: open it with a newer version of varve`,
    )
  }
  for (const { comparator, mergeOperator, codec } of keyspaces.values()) {
    if (comparator === 'bytes' && mergeOperator === '' && codec === '') continue
    throw new VarveError('UNSUPPORTED_FORMAT', 'the store has a keyspace that needs a newer version of varve')
  }
}
