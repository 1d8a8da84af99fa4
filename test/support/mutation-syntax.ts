import { parseAst } from 'vitest/node'

/** A node of a syntax tree, as ESTree has it. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** A node and what is around it. */
export interface Place {
  readonly node: SyntaxNode
  /** From the program down to the parent. */
  readonly ancestors: readonly SyntaxNode[]
  readonly source: string
}

export function parse(source: string): SyntaxNode {
  return parseAst(source) as unknown as SyntaxNode
}

/** Every node, in the order of the text; a parent before its children. */
export function* places(source: string): Generator<Place> {
  yield* below(parse(source), [], source)
}

function* below(node: SyntaxNode, ancestors: readonly SyntaxNode[], source: string): Generator<Place> {
  yield { node, ancestors, source }
  const inside = [...ancestors, node]
  for (const child of childrenOf(node)) yield* below(child, inside, source)
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const values = Object.values(node).flatMap((value) => value as SyntaxNode | readonly SyntaxNode[])
  return values.filter((value) => typeof value?.type === 'string').sort((a, b) => a.start - b.start)
}

/** Whether the node, or one below it that is in no function of its own, is wanted. */
export function contains(node: SyntaxNode, wanted: (node: SyntaxNode) => boolean, intoFunctions = false): boolean {
  if (wanted(node)) return true
  if (!intoFunctions && isFunction(node)) return false
  return childrenOf(node).some((child) => contains(child, wanted, intoFunctions))
}

export function isFunction({ type }: SyntaxNode): boolean {
  return type === 'FunctionExpression' || type === 'ArrowFunctionExpression' || type === 'FunctionDeclaration'
}

export function textOf(node: SyntaxNode, source: string): string {
  return source.slice(node.start, node.end)
}

/** The name of an identifier, or the last one of a member expression; a private one with its `#`. */
export function nameOf(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined
  if (node.type === 'Identifier') return node['name'] as string
  if (node.type === 'PrivateIdentifier') return `#${node['name']}`
  if (node.type === 'MemberExpression') return nameOf(node['property'] as SyntaxNode)
  return undefined
}

/** The class and the function that a place is in, as `Class.function`. */
export function enclosing(ancestors: readonly SyntaxNode[]): string {
  const names: string[] = []
  for (const node of ancestors) {
    const isClass = node.type === 'ClassDeclaration'
    if (isClass || node.type === 'FunctionDeclaration') names.push(nameOf(node['id'] as SyntaxNode)!)
    if (node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') {
      names.push(nameOf(node['key'] as SyntaxNode) ?? '?')
    }
  }
  return names.length === 0 ? 'module' : names.join('.')
}
