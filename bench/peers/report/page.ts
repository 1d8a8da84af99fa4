import { htmlDocument } from '../../report/document.ts'
import type { PeersResult } from '../peers-result.ts'
import { headline } from './headline.ts'
import { largeSection } from './large-section.ts'
import { methodSection } from './method-section.ts'
import { rateSection } from './rate-section.ts'
import { ratioSection } from './ratio-section.ts'
import { scalingSection } from './scaling-section.ts'
import { targetSection } from './target-section.ts'

export function peersPage(result: PeersResult): string {
  return htmlDocument('Varve beside its peers', [
    headline(result),
    targetSection(result),
    ratioSection(result),
    rateSection(result),
    largeSection(result),
    scalingSection(result),
    methodSection(result),
  ])
}
