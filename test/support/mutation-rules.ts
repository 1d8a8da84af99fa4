import { contains, enclosing, nameOf, type Place, type SyntaxNode, textOf } from './mutation-syntax.ts'

export type SiteKind = 'sync' | 'directory sync' | 'checksum' | 'seed' | 'promise' | 'poison' | 'gate' | 'order'

/** A place where something can be made ineffective, and how. */
export interface Finding {
  readonly kind: SiteKind
  /** What is changed: an expression that something stands for, or a statement that is done later. */
  readonly node: SyntaxNode
  readonly change: { readonly instead: string } | { readonly notBefore: number }
  /** Tells two changes of one place apart. */
  readonly variant?: string
}

/** What a call of this name is, and what stands for one that does nothing and succeeds. */
type CallRule = readonly [kind: SiteKind, replacement: string]

const DONE = 'Promise.resolve()'

const CALLS: ReadonlyMap<string, CallRule> = new Map(
  Object.entries<CallRule>({
    syncSync: ['sync', 'undefined'],
    sync: ['sync', DONE],
    wait: ['sync', DONE],
    waitSync: ['sync', 'undefined'],
    '#syncPrevious': ['sync', DONE],
    '#syncPreviousSync': ['sync', 'undefined'],
    fdatasyncSync: ['sync', 'undefined'],
    fdatasync: ['sync', 'finish(null)'],
    cutBack: ['sync', '[]'],
    fsyncSync: ['directory sync', 'undefined'],
    fsync: ['directory sync', 'resolve()'],
    syncDirectory: ['directory sync', DONE],
    syncDirectorySync: ['directory sync', 'undefined'],
    syncNames: ['directory sync', '[]'],
    syncParents: ['directory sync', DONE],
    readBack: ['checksum', '[]'],
    tableSeed: ['seed', '0'],
    crc32: ['seed', '0'],
    appendPromise: ['promise', 'undefined'],
    '#appendPromise': ['promise', 'undefined'],
    proofOfLoss: ['promise', 'undefined'],
    provesPredecessor: ['promise', 'false'],
    onPoison: ['gate', 'undefined'],
    listener: ['gate', 'undefined'],
    lateFailure: ['poison', 'undefined'],
    '#checkFailure': ['gate', 'undefined'],
    pass: ['gate', 'undefined'],
  }),
)

/** Calls whose names sound like a sync; what they do is found in them. */
const COMPOSED: ReadonlySet<string> = new Set([
  'syncWritten',
  'syncNewDirectory',
  '#syncInPlace',
  '#sync',
  '#syncFailed',
])

/** Jobs and background work, which are waited for like a sync. */
const RUNS = /^(room|repair|run|this\.#replacing)$/

/** The name under which a changed module finds VarveError. */
export const MUTANT_ERROR = '$VarveError'

const UNPOISONED = `((cause) => cause?.code === 'POISONED' ? cause : new ${MUTANT_ERROR}('POISONED', String(cause), { cause }))`

/** What can be made ineffective at one node. */
export function findingsAt(place: Place): Finding[] {
  const { node } = place
  switch (node.type) {
    case 'CallExpression':
      return atCall(place)
    case 'YieldExpression':
      return atStep(place)
    case 'BinaryExpression':
      return atComparison(place)
    case 'AssignmentExpression':
      return atAssignment(place)
    case 'UnaryExpression':
      return isUnlessPoisoned(node) ? [replaced('gate', node, 'true')] : []
    case 'Property':
      return nameOf(node['key'] as SyntaxNode) === 'syncedUpTo' && isArithmetic(node['value'] as SyntaxNode)
        ? [replaced('promise', node['value'] as SyntaxNode, '0')]
        : []
    default:
      return []
  }
}

function atCall({ node, ancestors, source }: Place): Finding[] {
  const callee = node['callee'] as SyntaxNode
  const name = nameOf(callee)
  if (name === undefined) return []
  const args = node['arguments'] as readonly SyntaxNode[]
  if (name === 'poison') return [replaced('poison', node, `${UNPOISONED}(${textOf(args[0]!, source)})`)]
  if (name === 'syncFailed') return [replaced('poison', node, textOf(args[1]!, source))]
  if (name === 'close' && textOf(callee, source).endsWith('gate.close')) return [replaced('gate', node, 'undefined')]
  if (name === 'checksum') return isCompared(node, ancestors) ? [] : [replaced('seed', node, '0')]
  if (name === 'seedAt') {
    return [replaced('seed', node, callee.type === 'Identifier' ? textOf(args[0]!, source) : '0')]
  }
  // What a thread waits for another thread with makes nothing durable.
  if (textOf(callee, source) === 'Atomics.wait') return []
  const rule = CALLS.get(name)
  if (rule !== undefined) return [replaced(rule[0], node, rule[1])]
  if (/^#?sync[A-Z]/.test(name) && !COMPOSED.has(name)) throw new Error(`what is ${textOf(node, source)}?`)
  return []
}

/** `!isPoison(error)`: what is done only if no sync has failed. */
function isUnlessPoisoned(node: SyntaxNode): boolean {
  const argument = node['argument'] as SyntaxNode
  return argument.type === 'CallExpression' && nameOf(argument['callee'] as SyntaxNode) === 'isPoison'
}

/** `yield { kind: 'sync', ... }`: the driver is asked for a turn instead. */
function atStep({ node, source }: Place): Finding[] {
  const step = node['argument'] as SyntaxNode | null
  if (step?.type !== 'ObjectExpression') return []
  const field = (name: string): string | undefined => {
    const properties = step['properties'] as readonly SyntaxNode[]
    const found = properties.find((property) => nameOf(property['key'] as SyntaxNode) === name)
    return found === undefined ? undefined : textOf(found['value'] as SyntaxNode, source)
  }
  const nothing = "{ kind: 'slice' }"
  if (field('kind') === "'sync'") return [replaced('sync', step, nothing)]
  if (field('kind') === "'sync-directory'") return [replaced('directory sync', step, nothing)]
  if (field('kind') === "'wait'" && !RUNS.test(field('on')!)) return [replaced('sync', step, nothing)]
  return []
}

function atComparison({ node, ancestors, source }: Place): Finding[] {
  const operator = node['operator'] as string
  const operands = [node['left'] as SyntaxNode, node['right'] as SyntaxNode]
  const mentions = (name: RegExp): boolean => {
    return operands.some((each) => contains(each, (inner) => name.test(nameOf(inner) ?? '')))
  }
  if (operator === '-' && mentions(/^#syncedUpTo$/)) {
    return [replaced('promise', node, `${textOf(operands[0]!, source)} - HEADER_BYTES`)]
  }
  if (!/^([<>]=?|[!=]==)$/.test(operator)) return []
  if (mentions(/^(checksum|sumOf)$/)) return [replaced('checksum', node, operator === '===' ? 'true' : 'false')]
  // What a page says of itself: which changes it has.
  if (mentions(/^pageLsn$/) && operator !== '<') {
    return [replaced('promise', node, operator === '===' ? 'true' : 'false')]
  }
  if (!mentions(/^(#?syncedUpTo|pageLsn)$/) || isFunctionNamed('constructor', ancestors)) return []
  return ['true', 'false'].map((variant) => ({ ...replaced('promise', node, variant), variant }))
}

function atAssignment({ node, ancestors }: Place): Finding[] {
  const isPromise = /^#?syncedUpTo$/.test(nameOf(node['left'] as SyntaxNode) ?? '')
  return isPromise && !isFunctionNamed('constructor', ancestors) ? [replaced('promise', node, 'undefined')] : []
}

function isFunctionNamed(name: string, ancestors: readonly SyntaxNode[]): boolean {
  return enclosing(ancestors).endsWith(`.${name}`)
}

function isArithmetic({ type }: SyntaxNode): boolean {
  return type === 'BinaryExpression'
}

/** Whether what a call returns is compared with something, and not kept. */
function isCompared(node: SyntaxNode, ancestors: readonly SyntaxNode[]): boolean {
  const parent = ancestors.at(-1)!
  return parent.type === 'BinaryExpression' && /^[!=]==$/.test(parent['operator'] as string) && node !== parent
}

function replaced(kind: SiteKind, node: SyntaxNode, instead: string): Finding {
  return { kind, node, change: { instead } }
}
