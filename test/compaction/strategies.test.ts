import { fifo } from '../../src/compaction/fifo.ts'
import { leveled } from '../../src/compaction/leveled.ts'
import { sizeTiered } from '../../src/compaction/size-tiered.ts'
import { timeWindow } from '../../src/compaction/time-window.ts'
import { documentedStrategy } from '../support/documented-strategy.ts'
import { strategySuite } from '../support/strategy-suite.ts'

const { oneRun } = await documentedStrategy()
const windows = { windowMs: 100, mergeWidth: 2 }

/** Whatever one of these has left, each of the others goes on with. */
const OTHERS = [
  (tableBytes: number) => leveled({ tableBytes, level0Tables: 2, sizeRatio: 2, baseBytes: 2 * tableBytes }),
  (tableBytes: number) => sizeTiered({ tableBytes, mergeWidth: 2 }),
  () => fifo(),
  (tableBytes: number) => timeWindow({ ...windows, tableBytes }),
]

strategySuite('leveled', (tableBytes) => leveled({ tableBytes }), OTHERS)
strategySuite('leveled with small levels', (tableBytes) =>
  leveled({ tableBytes, level0Tables: 2, sizeRatio: 2, baseBytes: 2 * tableBytes, maxLevels: 5 }),
)
strategySuite('size-tiered', (tableBytes) => sizeTiered({ tableBytes }), OTHERS)
strategySuite('size-tiered with few levels', (tableBytes) => sizeTiered({ tableBytes, mergeWidth: 2, maxLevels: 3 }))
strategySuite('fifo', () => fifo(), OTHERS)
strategySuite('fifo by size', (tableBytes) => fifo({ maxBytes: 4 * tableBytes }), OTHERS)
strategySuite('fifo by age', () => fifo({ maxAgeMs: 200 }), OTHERS)
strategySuite('fifo by both', (tableBytes) => fifo({ maxBytes: 8 * tableBytes, maxAgeMs: 300 }))
strategySuite('time windows', (tableBytes) => timeWindow({ ...windows, tableBytes }), OTHERS)
strategySuite('time windows that expire', (tableBytes) => timeWindow({ ...windows, tableBytes, maxAgeMs: 150 }), OTHERS)
strategySuite('time windows that expire at once', () => timeWindow({ windowMs: 60, maxAgeMs: 1 }))
strategySuite("a user's own", (tableBytes) => oneRun({ most: 3, tableBytes }), OTHERS)
