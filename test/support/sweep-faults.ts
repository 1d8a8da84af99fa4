import type { ErrorCode } from '../../src/errors.ts'
import type { PageFate } from '../../src/testing/disk-profile.ts'
import type { Fault, FileCall, FileOperation } from '../../src/testing/fault-plan.ts'

/** One way in which calls fail. */
export interface FaultKind {
  readonly name: string
  readonly faultOf: (call: FileCall) => Fault | undefined
  /** What becomes of the pages of a sync. */
  readonly fate?: PageFate
  /** What failing calls of a store may say. */
  readonly codes: readonly ErrorCode[]
}

const NAMES: readonly FileOperation[] = ['makeDirectory', 'removeDirectory', 'rename', 'unlink']
const WRITES: readonly FileOperation[] = ['append', 'write']
const SYNCS: readonly FileOperation[] = ['sync', 'syncDirectory']

function changesNames({ operation, category }: FileCall): boolean {
  return NAMES.includes(operation) || (operation === 'open' && category !== undefined)
}

const whole = (
  name: 'EIO' | 'EMFILE' | 'EACCES' | 'EROFS',
  codes: readonly ErrorCode[],
  gives: (call: FileCall) => boolean,
): FaultKind => ({
  name,
  faultOf: (call) => (gives(call) ? { error: name } : undefined),
  codes,
})

const sync = (fate: PageFate): FaultKind => ({
  name: `EIO of a sync, pages ${fate}`,
  faultOf: ({ operation }) => (SYNCS.includes(operation) ? { error: 'EIO', pages: fate } : undefined),
  fate,
  codes: ['IO', 'POISONED'],
})

/** Every kind, each for the calls that can give it. */
export const FAULT_KINDS: readonly FaultKind[] = [
  whole('EIO', ['IO', 'POISONED'], ({ operation }) => !SYNCS.includes(operation)),
  whole('EMFILE', ['IO'], ({ operation }) => ['open', 'list', 'lock', 'lockHolder'].includes(operation)),
  whole(
    'EACCES',
    ['IO', 'POISONED'],
    (call) => changesNames(call) || ['open', 'status', 'list', 'lock'].includes(call.operation),
  ),
  whole(
    'EROFS',
    ['IO', 'POISONED'],
    (call) => changesNames(call) || call.operation === 'truncate' || call.operation === 'lock',
  ),
  {
    name: 'ENOSPC',
    faultOf: (call) => {
      if (WRITES.includes(call.operation)) return { error: 'ENOSPC', afterBytes: Math.min(10, call.bytes) }
      return changesNames(call) && call.operation !== 'unlink' ? { error: 'ENOSPC' } : undefined
    },
    codes: ['NO_SPACE', 'POISONED'],
  },
  {
    name: 'a short write',
    faultOf: ({ operation, bytes }) =>
      WRITES.includes(operation) ? { error: 'EIO', afterBytes: bytes >> 1 } : undefined,
    codes: ['IO'],
  },
  {
    name: 'EIO after the effect',
    faultOf: (call) =>
      changesNames(call) || WRITES.includes(call.operation) || call.operation === 'truncate'
        ? { error: 'EIO', afterEffect: true }
        : undefined,
    codes: ['IO', 'POISONED'],
  },
  {
    name: 'a short read',
    faultOf: ({ operation, bytes }) => (operation === 'read' ? { shortBytes: bytes >> 1 } : undefined),
    // A file that is shorter than it was looks damaged.
    codes: ['IO', 'CORRUPTION'],
  },
  sync('kept'),
  sync('clean-kept'),
  sync('reverted'),
  sync('late'),
  {
    name: 'ENOSPC of a sync',
    faultOf: ({ operation }) => (operation === 'sync' ? { error: 'ENOSPC', pages: 'kept' } : undefined),
    fate: 'kept',
    codes: ['NO_SPACE', 'POISONED'],
  },
]
