import { INVARIANTS } from './crash-run-invariants.ts'
import type { CrashTally } from './crash-run-tally.ts'

/** What a run has come to, for people: the mix of images, and the checks of each invariant. */
export function summaryOf(tally: CrashTally): string {
  const { images, places, profiles, depths } = tally.mix()
  const share = (count: number): string => `${count} (${((100 * count) / Math.max(1, images)).toFixed(1)} %)`
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${share(count)}`)
      .join(', ')
  const checks = INVARIANTS.map((name, index) => {
    const count = String(tally.checks.counts[index]).padStart(10)
    return `${count}  ${String(index + 1).padStart(2)} ${name}`
  })
  return [
    `${images} distinct crash images with something un-synced, of ${tally.histories} histories;`,
    `${tally.recoveries} images opened, ${tally.kills} of killed processes among them; acknowledged durable writes lost: ${tally.lost}`,
    `struck in: ${listed(places)}`,
    `profiles: ${listed(profiles)}`,
    `recoveries cut short, one inside the other: ${depths.map((count, depth) => `${depth}: ${count}`).join(', ')}`,
    'checks made, by invariant:',
    ...checks,
  ].join('\n')
}
