import { concatenated, EXTREMES, mutateBytes } from './fuzz-bytes.ts'
import type { Dice } from './fuzz-dice.ts'

/**
 * A raw data block with one to five changes: of its bytes, or of its restart points, whose count is then made
 * right.
 */
export function mutateBlock(dice: Dice, raw: Uint8Array, donor: Uint8Array): Uint8Array {
  if (!dice.oneIn(4)) return mutateBytes(dice, raw, donor)
  const block = Buffer.from(raw)
  const count = block.readUInt32LE(raw.length - 4)
  const end = raw.length - 4 - 4 * count
  const restarts = Array.from({ length: count }, (_, i) => block.readUInt32LE(end + 4 * i))
  for (let changes = dice.few(); changes > 0; changes--) mutateRestarts(dice, restarts, end)
  const points = Buffer.alloc(4 * restarts.length + 4)
  for (const [i, at] of restarts.entries()) points.writeUInt32LE(at >>> 0, 4 * i)
  points.writeUInt32LE(restarts.length, 4 * restarts.length)
  return concatenated([raw.subarray(0, end), points])
}

function mutateRestarts(dice: Dice, restarts: number[], end: number): void {
  const at = dice.below(restarts.length)
  const restart = restarts[at] ?? 0
  switch (dice.below(5)) {
    case 0:
      restarts.splice(at, 1)
      break
    case 1:
      restarts.splice(at, 0, restart)
      break
    case 2:
      restarts.splice(
        dice.below(restarts.length + 1),
        0,
        dice.oneIn(2) ? dice.below(end + 2) : dice.pick(EXTREMES) % 2 ** 32,
      )
      break
    case 3:
      restarts[at] = Math.max(0, restart + dice.pick([1, -1, 11]))
      break
    default:
      restarts.push(...restarts.splice(at, 1))
  }
}
