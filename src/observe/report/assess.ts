import { VarveError } from '../../errors.ts'
import type { StoreStatistics } from '../../kv-store/statistics.ts'
import { type AlertRule, alertRules } from './alert-rules.ts'
import { checkStatistics, kindOf } from './checked-statistics.ts'

/** A rule whose warning or critical level is reached. */
export interface Alert {
  readonly severity: 'warning' | 'critical'
  readonly metric: string
  readonly unit: AlertRule['unit']
  readonly value: number
  /** The level that was reached. */
  readonly threshold: number
  readonly action: string
}

/**
 * Which levels a store's numbers have reached, critical ones first, otherwise in the order of the rules. A pure
 * function. Rules of one's own may stand for `alertRules`, or levels of one's own in a copy of it. Throws
 * INVALID_ARGUMENT for what is neither.
 */
export function assess(stats: StoreStatistics, rules: readonly AlertRule[] = alertRules): Alert[] {
  checkStatistics(stats, 'stats')
  checkRules(rules)
  const alerts: Alert[] = []
  for (const { metric, unit, warning, critical, action, value } of rules) {
    const found = value(stats)
    if (found === undefined || !(found >= warning)) continue
    const isCritical = found >= critical
    const [severity, threshold] = isCritical ? (['critical', critical] as const) : (['warning', warning] as const)
    alerts.push({ severity, metric, unit, value: found, threshold, action })
  }
  return alerts.sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'))
}

function checkRules(rules: unknown): void {
  if (!Array.isArray(rules)) {
    throw new VarveError('INVALID_ARGUMENT', `rules must be an array of alert rules; given was ${kindOf(rules)}`)
  }
  for (const [i, rule] of rules.entries()) {
    const { warning, critical, value } = Object(rule) as Partial<AlertRule>
    if (typeof warning === 'number' && typeof critical === 'number' && typeof value === 'function') continue
    const parts = 'numbers `warning` and `critical`, and a function `value`'
    throw new VarveError('INVALID_ARGUMENT', `rules[${i}] is no alert rule: it needs ${parts}`)
  }
}
