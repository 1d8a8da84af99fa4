import { STYLE } from '../../report/style.ts'
import { element, escaped } from '../../report/svg.ts'
import type { LabResult } from '../lab-result.ts'
import { headline } from './headline.ts'
import { latencySection } from './latency-section.ts'
import { provenanceSection } from './provenance-section.ts'
import { strategySection } from './strategy-section.ts'
import { treeSection } from './tree-section.ts'
import { workloadSection } from './workload-section.ts'

/** One HTML file with everything in it: no script, no font, no picture comes from elsewhere. */
export function labPage(result: LabResult): string {
  const title = 'Varve: what a write costs'
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    element('title', {}, escaped(title)),
    `<style>${STYLE}</style>`,
  ]
  const body = [
    headline(result),
    strategySection(result),
    treeSection(result),
    latencySection(result),
    workloadSection(result),
    provenanceSection(result),
  ]
  return `<!doctype html>\n<html lang="en"><head>${head.join('')}</head><body><main>${body.join('\n')}</main></body></html>\n`
}
