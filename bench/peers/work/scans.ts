import { SeededRandom } from '../../lab/random.ts'
import type { CellRequest } from '../cell.ts'
import { freshKey, KEY_BYTES } from '../records.ts'
import type { Peer, Walk, WalkForm, WalkRange } from '../stores/peer.ts'
import { Stopwatch } from './stopwatch.ts'
import type { WorkRun } from './writes.ts'

export const SHORT_ENTRIES = 50

/** Of whole walks, as many as there is time for; the first one warms the caches and is not counted. */
function walks(choose: (peer: Peer) => Walk, range: WalkRange = {}): WorkRun {
  return async (peer, request) => {
    const walk = choose(peer)
    const expected = request.shape.records * (KEY_BYTES + request.shape.valueBytes)
    const whole = async (): Promise<void> => {
      const bytes = await walk(range)
      if (bytes !== expected) throw new Error(`a walk met ${bytes} bytes of ${expected}`)
    }
    await whole()
    const watch = new Stopwatch(3 * request.shape.records, request)
    do await whole()
    while (!watch.tickAtOnce(request.shape.records))
    return watch.run()
  }
}

export function forwardWalks(form: WalkForm): WorkRun {
  return walks((peer) => peer.walks[form]!)
}

function quickest({ walks: { batch, sync, await: awaited } }: Peer): Walk {
  return (batch ?? sync ?? awaited)!
}

export const backwardWalks: WorkRun = walks(quickest, { reverse: true })

/** Entries of walks of 50 that begin anywhere. */
export const shortWalks: WorkRun = async (peer, request) => {
  const random = new SeededRandom(request.seed)
  const { valueBytes, records } = request.shape
  const expected = SHORT_ENTRIES * (KEY_BYTES + valueBytes)
  const walk = async (): Promise<void> => {
    const bytes = peer.shortWalk({ gte: start(random, request), limit: SHORT_ENTRIES })
    const met = typeof bytes === 'number' ? bytes : await bytes
    if (met !== expected) throw new Error(`a walk met ${met} bytes of ${expected}`)
  }
  // Each block is met once, as db_bench meets it.
  await quickest(peer)({})
  for (let i = 0; i < 2000; i++) await walk()
  const watch = new Stopwatch(10 * records, request)
  do await walk()
  while (!watch.tickAtOnce(SHORT_ENTRIES))
  return watch.run()
}

function start(random: SeededRandom, { shape }: CellRequest): Buffer {
  return freshKey(random.below(shape.records - SHORT_ENTRIES))
}
