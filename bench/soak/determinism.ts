import { parseArgs } from 'node:util'
import { tracedHistory } from '../../test/support/traced-history.ts'
import { startProgress } from '../progress.ts'

/**
 * Random histories, each run twice: `node dist/bench/soak/determinism.js --seeds 1000 --seed 0`. The second run must be the first, call by call
 * and answer by answer, and no two seeds may make the same one. `--save` adds the result to `data/results/`.
 */
