import { readFileSync } from 'node:fs'
import type { CompactionStrategy } from '../../src/compaction/strategy.ts'

interface OwnStrategyModule {
  oneRun(options?: { most?: number; tableBytes?: number }): CompactionStrategy
}

/** The strategy of a user's own that docs/options.md shows, run as it stands there. */
export async function documentedStrategy(): Promise<OwnStrategyModule> {
  const [, code] = /```js\n([\s\S]*?oneRun[\s\S]*?)```/.exec(readFileSync('docs/options.md', 'utf8'))!
  return import(`data:text/javascript,${encodeURIComponent(code!)}`)
}
