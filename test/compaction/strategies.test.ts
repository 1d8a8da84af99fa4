import { leveled } from '../../src/compaction/leveled.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import { strategySuite } from '../support/strategy-suite.ts'

strategySuite('leveled', (tableBytes) => leveled({ tableBytes }))
strategySuite('leveled with small levels', (tableBytes) =>
  leveled({ tableBytes, level0Tables: 2, sizeRatio: 2, baseBytes: 2 * tableBytes, maxLevels: 5 }),
)
strategySuite('size-tiered', (tableBytes) => sizeTiered({ tableBytes }))
strategySuite('size-tiered with few levels', (tableBytes) => sizeTiered({ tableBytes, mergeWidth: 2, maxLevels: 3 }))
