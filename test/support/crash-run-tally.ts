import { type ProfileName, profileNames } from '../../src/testing/disk-profile.ts'
import type { CrashImage, Place } from './crash-run-camera.ts'
import { InvariantChecks } from './crash-run-invariants.ts'

/** As text, so that parts of a run can be added up. */
export interface TallyCounts {
  images: number
  recoveries: number
  kills: number
  histories: number
  places: Record<Place, number>
  profiles: Record<ProfileName, number>
  depths: number[]
  checks: number[]
}

/** What a run has come to. */
export class CrashTally {
  readonly checks: InvariantChecks = new InvariantChecks()
  /** Hashes of the images that count, to 52 bits. */
  readonly hashes: Set<number> = new Set()
  readonly counts: TallyCounts = emptyCounts()

  constructor() {
    this.counts.checks = this.checks.counts
  }

  /** Counts an image that was recovered, if a crash could take something, and if it is a new one. */
  noteImage({ crash, place, depth, wasUnsynced, disk }: CrashImage, hash: string | undefined): void {
    const { counts } = this
    counts.recoveries++
    if (crash === 'kill') counts.kills++
    if (hash === undefined || !wasUnsynced) return
    const short = Number.parseInt(hash.slice(0, 13), 16)
    if (this.hashes.has(short)) return
    this.hashes.add(short)
    counts.images++
    counts.places[place]++
    counts.profiles[disk.profile]++
    counts.depths[depth]!++
  }
}

export function emptyCounts(): TallyCounts {
  return {
    images: 0,
    recoveries: 0,
    kills: 0,
    histories: 0,
    places: { install: 0, recovery: 0, creation: 0, elsewhere: 0 },
    profiles: Object.fromEntries(profileNames.map((name) => [name, 0])) as Record<ProfileName, number>,
    depths: [0, 0, 0, 0],
    checks: new InvariantChecks().counts,
  }
}
