import type { Finding } from './mutation-rules.ts'
import { childrenOf, contains, isFunction, nameOf, type Place, type SyntaxNode, textOf } from './mutation-syntax.ts'

/** What must come after something is durable. */
const EFFECTS: ReadonlySet<string> = new Set([
  'removeBefore',
  'removeLeftovers',
  'removeQuietly',
  'quarantine',
  'writeFileAtomically',
  'rename',
  'unlink',
  'unlinkSync',
  'appendPayload',
  'settle',
])

/** What only waits, under the name of an effect; and the name of a lock, which nothing on disk depends on. */
const NO_EFFECTS = /(^core\.manifest|heckpointer|\bremoval)\.settle$|^fs\.unlinkSync$/

/** What makes durable, or waits until something is. */
const SYNCS: ReadonlySet<string> = new Set([
  'syncSync',
  'waitSync',
  'sync',
  'wait',
  'syncDirectory',
  'syncDirectorySync',
])

/** In a block: what waits before such an effect is done after it, unless what comes between needs what the wait gives. */
export function findingsInBlock({ node, source }: Place): Finding[] {
  if (node.type !== 'BlockStatement') return []
  const statements = node['body'] as readonly SyntaxNode[]
  const findings: Finding[] = []
  for (const [index, effect] of statements.entries()) {
    if (isFunction(effect) || !contains(effect, (inner) => isEffect(inner, source))) continue
    for (const [before, wait] of statements.slice(0, index).entries()) {
      // Effects have no order among themselves.
      if (
        !contains(wait, isWait) ||
        contains(wait, (inner) => isEffect(inner, source)) ||
        needs(statements.slice(before + 1, index + 1), wait)
      )
        continue
      findings.push({ kind: 'order', node: wait, change: { notBefore: effect.end } })
    }
  }
  return findings
}

function needs(statements: readonly SyntaxNode[], wait: SyntaxNode): boolean {
  if (wait.type !== 'VariableDeclaration') return false
  const declared = (wait['declarations'] as readonly SyntaxNode[]).flatMap((each) => [
    ...namesIn(each['id'] as SyntaxNode),
  ])
  const used = new Set(statements.flatMap((each) => [...namesIn(each)]))
  return declared.some((name) => used.has(name))
}

function isEffect(node: SyntaxNode, source: string): boolean {
  if (!isCall(node, EFFECTS)) return false
  return !NO_EFFECTS.test(textOf(node['callee'] as SyntaxNode, source))
}

function isWait(node: SyntaxNode): boolean {
  return node.type === 'YieldExpression' || node.type === 'AwaitExpression' || isCall(node, SYNCS)
}

function isCall(node: SyntaxNode, names: ReadonlySet<string>): boolean {
  return node.type === 'CallExpression' && names.has(nameOf(node['callee'] as SyntaxNode) ?? '')
}

/** What a handler of errors needs is no reason: where nothing fails, the other order runs. */
function namesIn(node: SyntaxNode, names: Set<string> = new Set()): Set<string> {
  if (node.type === 'CatchClause') return names
  if (node.type === 'Identifier') names.add(node['name'] as string)
  for (const child of childrenOf(node)) namesIn(child, names)
  return names
}
