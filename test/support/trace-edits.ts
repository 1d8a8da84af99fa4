import type { TraceEntry } from '../../src/testing/file-calls.ts'

export type Trace = readonly TraceEntry[]
export type Match = (entry: TraceEntry) => boolean

/** The same calls one after the other, in the order in which they took effect. */
export function sequential(trace: Trace): Trace {
  return renumbered([...trace].sort((a, b) => a.ended - b.ended))
}

export function renumbered(trace: Trace): Trace {
  return trace.map((entry, index) => ({ ...entry, begun: 2 * index, ended: 2 * index + 1 }))
}

export function indexOf(trace: Trace, match: Match, from = 0): number {
  const index = trace.findIndex((entry, at) => at >= from && match(entry))
  if (index === -1) throw new Error('the trace has no such call')
  return index
}

export function without(trace: Trace, index: number): Trace {
  return renumbered(trace.filter((_entry, at) => at !== index))
}

/** A call is made earlier than it was. */
export function moved(trace: Trace, from: number, to: number): Trace {
  const rest = trace.filter((_entry, at) => at !== from)
  return renumbered([...rest.slice(0, to), trace[from]!, ...rest.slice(to)])
}

export function changed(trace: Trace, index: number, change: Partial<TraceEntry>): Trace {
  return trace.map((entry, at) => (at === index ? { ...entry, ...change } : entry))
}

export function call(operation: TraceEntry['operation'], ending = ''): Match {
  return (entry) => entry.operation === operation && entry.path.endsWith(ending)
}
