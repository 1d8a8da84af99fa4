import type { PlainOperation, PlainWrite } from './metamorphic-operations.ts'

type Fails = (operations: readonly PlainOperation[]) => Promise<boolean>

/** The fewest operations found that still fail, with the simplest keys and values: by ddmin, by leaving parts of
 * operations out, by renaming. */
export async function reduced(operations: readonly PlainOperation[], fails: Fails): Promise<readonly PlainOperation[]> {
  let best = await withoutParts(await fewest(operations, fails), fails)
  const texts = [...new Set(textsOf(best))].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const simpler of simplerThan(text)) {
      const changed = renamed(best, text, simpler)
      if (!(await fails(changed))) continue
      best = changed
      texts.push(simpler)
      break
    }
  }
  return best
}

/** Zeller's ddmin: tries to do without one n-th of the operations, then without smaller and smaller parts. */
async function fewest(operations: readonly PlainOperation[], fails: Fails): Promise<readonly PlainOperation[]> {
  let best = operations
  for (let parts = 2; best.length > 1 && parts <= best.length; ) {
    const size = Math.ceil(best.length / parts)
    let isShorter = false
    for (let start = 0; start < best.length && !isShorter; start += size) {
      const without = [...best.slice(0, start), ...best.slice(start + size)]
      if (!(await fails(without))) continue
      best = without
      isShorter = true
    }
    if (isShorter) parts = Math.max(2, parts - 1)
    else if (parts === best.length) break
    else parts = Math.min(best.length, 2 * parts)
  }
  return best
}

/** Tries to do without single writes of those that hold several. */
async function withoutParts(operations: readonly PlainOperation[], fails: Fails): Promise<readonly PlainOperation[]> {
  let best = operations
  for (let at = 0; at < best.length; ) {
    let isSmaller = false
    for (const smaller of partsOf(best[at]!)) {
      const changed = best.with(at, smaller)
      if (!(await fails(changed))) continue
      best = changed
      isSmaller = true
      break
    }
    if (!isSmaller) at++
  }
  return best
}

/**
 * The operation without one of its parts, in every way; a single write in place of the last one that is called
 * together.
 */
function partsOf(operation: PlainOperation): PlainOperation[] {
  if (operation.op === 'batch') {
    const { puts, deletes } = operation
    const others = (name: string): Record<string, string> =>
      Object.fromEntries(Object.entries(puts).filter(([key]) => key !== name))
    const withoutPut = Object.keys(puts).map((key) => ({ ...operation, puts: others(key) }))
    return [...withoutPut, ...deletes.map((_, i) => ({ ...operation, deletes: deletes.toSpliced(i, 1) }))]
  }
  if (operation.op !== 'together') return []
  const { writes } = operation
  const single: readonly PlainOperation[] = writes.length === 1 ? writes : []
  const fewer = writes.map((_, i): PlainOperation => ({ op: 'together', writes: writes.toSpliced(i, 1) }))
  const smaller = writes.flatMap((write, i) =>
    partsOf(write).map((part): PlainOperation => ({ op: 'together', writes: writes.with(i, part as PlainWrite) })),
  )
  return [...single, ...fewer, ...smaller]
}

/** Every key and value, wherever it stands; names of operations, durabilities and options are none. */
function textsOf(operations: readonly PlainOperation[]): string[] {
  const texts: string[] = []
  mapTexts(operations, (text) => {
    texts.push(text)
    return text
  })
  return texts
}

function renamed(operations: readonly PlainOperation[], from: string, to: string): readonly PlainOperation[] {
  return mapTexts(operations, (text) => (text === from ? to : text)) as readonly PlainOperation[]
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, map))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (name === 'op' || name === 'durability') return [name, each]
      // In `puts` the names are keys.
      if (name === 'puts')
        return [
          name,
          Object.fromEntries(Object.entries(each as object).map(([key, text]) => [map(key), map(text as string)])),
        ]
      return [name, mapTexts(each, map)]
    }),
  )
}

function simplerThan(text: string): string[] {
  const candidates = ['', 'a', 'b', 'c', 'd', 'e', text.slice(0, text.length >> 1), text.slice(0, -1)]
  return candidates.filter(
    (candidate) => candidate.length < text.length || (candidate.length === text.length && candidate < text),
  )
}
