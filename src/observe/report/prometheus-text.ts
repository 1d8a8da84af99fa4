import type { StoreStatistics } from '../../kv-store/statistics.ts'
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
 * labels that cannot be used.
 */
export function prometheusText(
  stats: StoreStatistics | readonly LabelledStatistics[],
  { labels = {} }: { readonly labels?: Labels | undefined } = {},
): string {
  const stores: readonly LabelledStatistics[] = Array.isArray(stats)
    ? stats
    : [{ stats: stats as StoreStatistics, labels: {} }]
  const all = stores.map((store) => ({ ...labels, ...store.labels }))
  checkLabels(all)
  return merged(stores.map((store, i) => metricsOf(store.stats, all[i]!)))
    .map(familyText)
    .join('')
}
