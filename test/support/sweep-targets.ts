import type { FileCall } from '../../src/testing/fault-plan.ts'
import type { CallSite } from './call-sites.ts'
import { FAULT_KINDS, type FaultKind } from './sweep-faults.ts'

/** A kind, from its call number `index` on or only there. */
export interface Target {
  readonly kind: FaultKind
  readonly index: number
  readonly forGood: boolean
}

export interface NotedCall extends FileCall {
  readonly site: CallSite
}

/**
 * The targets: every call that can fail so, of each kind, once and for good. Of a site that makes many calls only `perSite`: the first, the last,
 * and some between.
 */
export function targetsOf(calls: readonly NotedCall[], perSite: number): Target[] {
  const targets: Target[] = []
  for (const kind of FAULT_KINDS) {
    const bySite = new Map<CallSite, NotedCall[]>()
    for (const call of calls) {
      if (kind.faultOf(call) !== undefined) bySite.set(call.site, [...(bySite.get(call.site) ?? []), call])
    }
    for (const { index } of [...bySite.values()].flatMap((each) => spread(each, perSite))) {
      for (const forGood of [false, true]) targets.push({ kind, index, forGood })
    }
  }
  return targets
}

/** An Error that names the workload and the fault, and how to run that one alone. */
export function again(
  workload: string,
  { kind, index, forGood }: Target,
  call: NotedCall,
  at: string,
  error: unknown,
): Error {
  const { operation, path, site } = call
  const what = `${kind.name} at call ${index}, ${operation} ${path} (${site}), ${forGood ? 'for good' : 'once'}`
  const options = `--workload '${workload}' --kind '${kind.name}' --call ${index}${forGood ? ' --for-good' : ''}`
  const command = `again: node dist/bench/soak/fault-sweep.js ${options}`
  return new Error(`${workload}: ${what}; at ${at}: ${(error as Error).stack}\n${command}`, { cause: error })
}

/** The first, the last, and some between. */
function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items]
  if (most === 1) return [items[0]!]
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!)
}
