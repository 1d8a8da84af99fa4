import { VarveError } from '../../errors.ts'
import type { StoreStatistics } from '../../kv-store/statistics.ts'
import { checkStatistics, kindOf } from './checked-statistics.ts'
import { checkLabels, familyText, type Labels, merged } from './metric-family.ts'
import { metricsOf } from './store-metrics.ts'

/** The Content-Type of what `prometheusText` returns. */
export const prometheusContentType: string = 'text/plain; version=0.0.4; charset=utf-8'

/** One of several stores; `labels` must tell it from the others. */
export interface LabelledStatistics {
  readonly stats: StoreStatistics
  readonly labels: Labels
}

/**
 * What `stats()` returned in Prometheus' text format, in seconds and bytes; of several stores at once, too, whose
 * metrics must not be put one after the other. Every sample gets `labels`. A pure function; throws INVALID_ARGUMENT for
 * what is no statistics, for labels that cannot be used, and for two stores with the same labels.
 */
export function prometheusText(
  stats: StoreStatistics | readonly LabelledStatistics[],
  options: { readonly labels?: Labels | undefined } = {},
): string {
  const shared = labelsOf(options, 'options')
  const stores: readonly unknown[] = Array.isArray(stats) ? stats : [{ stats, labels: {} }]
  const given = stores.map((store, i) => {
    const name = Array.isArray(stats) ? `stats[${i}]` : 'stats'
    const labels = { ...shared, ...labelsOf(store, name) }
    const { stats: each } = store as { stats: unknown }
    checkStatistics(each, Array.isArray(stats) ? `${name}.stats` : name)
    return { stats: each, labels }
  })
  checkLabels(given.map(({ labels }) => labels))
  return merged(given.map(({ stats: each, labels }) => metricsOf(each, labels)))
    .map(familyText)
    .join('')
}

function labelsOf(holder: unknown, name: string): Labels {
  const { labels = {} } = Object(holder) as { labels?: unknown }
  if (holder !== null && typeof holder === 'object' && labels !== null && typeof labels === 'object') {
    return labels as Labels
  }
  const [what, given] = typeof holder === 'object' && holder !== null ? [`${name}.labels`, labels] : [name, holder]
  throw new VarveError('INVALID_ARGUMENT', `${what} must be an object; given was ${kindOf(given)}`)
}
