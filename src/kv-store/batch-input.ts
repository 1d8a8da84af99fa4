import { VarveError } from '../errors.ts'
import { toKeyBytes, toValueBytes } from './bytes-input.ts'
import { describe } from './describe.ts'
import type { BatchOperation } from './kv-store.ts'

/**
 * A batch, checked, with no object for each operation. Whoever keeps the bytes copies them: they may be the caller's.
 */
export interface CheckedBatch {
  readonly keys: readonly Uint8Array[]
  /** The value of each operation; undefined for a delete. */
  readonly values: readonly (Uint8Array | undefined)[]
  /** Key and value bytes of all operations. */
  readonly userBytes: number
}

/**
 * Reads and checks the operations of a batch. Each property is read once, so that one that changes from read to read
 * cannot pass the check as something else than what is stored. Throws INVALID_ARGUMENT, naming the operation's index.
 */
export function checkBatch(operations: readonly BatchOperation[]): CheckedBatch {
  if (!Array.isArray(operations)) {
    throw new VarveError('INVALID_ARGUMENT', `operations must be an array; given was ${describe(operations)}`)
  }
  const count = operations.length
  const keys: Uint8Array[] = []
  const values: (Uint8Array | undefined)[] = []
  let userBytes = 0
  for (let i = 0; i < count; i++) {
    const operation: unknown = operations[i]
    if (typeof operation !== 'object' || operation === null) throw refused(i, 'must be an object', operation)
    for (const name in operation) if (isUnknown(operation, name)) throw refused(i, 'has type, key and value only')
    const { type } = operation as { type: unknown }
    if (type !== 'put' && type !== 'delete')
      throw refused(i, `must have the type 'put' or 'delete'${type === 'del' ? ", not Level's 'del'" : ''}`)
    const key = readKey((operation as { key: unknown }).key, i)
    const value = type === 'put' ? readValue((operation as { value: unknown }).value, i) : undefined
    keys.push(key)
    values.push(value)
    userBytes += key.length + (value === undefined ? 0 : value.length)
  }
  return { keys, values, userBytes }
}

function isUnknown(operation: object, name: string): boolean {
  return name !== 'type' && name !== 'key' && name !== 'value' && Object.hasOwn(operation, name)
}

function readKey(key: unknown, index: number): Uint8Array {
  try {
    return toKeyBytes(key)
  } catch (error) {
    throw atIndex(error, index)
  }
}

function readValue(value: unknown, index: number): Uint8Array {
  try {
    return toValueBytes(value)
  } catch (error) {
    throw atIndex(error, index)
  }
}

function atIndex(error: unknown, index: number): unknown {
  if (!(error instanceof VarveError)) return error
  return new VarveError(error.code, `operations[${index}]: ${error.message}`, { cause: error })
}

function refused(index: number, rule: string, given?: unknown): VarveError {
  const suffix = given === undefined ? '' : `; given was ${describe(given)}`
  return new VarveError('INVALID_ARGUMENT', `operations[${index}] ${rule}${suffix}`)
}
