import { htmlDocument } from '../../report/document.ts'
import type { LabResult } from '../lab-result.ts'
import { headline } from './headline.ts'
import { latencySection } from './latency-section.ts'
import { provenanceSection } from './provenance-section.ts'
import { strategySection } from './strategy-section.ts'
import { treeSection } from './tree-section.ts'
import { workloadSection } from './workload-section.ts'

export function labPage(result: LabResult): string {
  return htmlDocument('Varve: what a write costs', [
    headline(result),
    strategySection(result),
    treeSection(result),
    latencySection(result),
    workloadSection(result),
    provenanceSection(result),
  ])
}
