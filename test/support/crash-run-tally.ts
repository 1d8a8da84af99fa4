import { type ProfileName, profileNames } from '../../src/testing/disk-profile.ts'
import type { CrashImage, Place } from './crash-run-camera.ts'
import { InvariantChecks } from './crash-run-invariants.ts'

const PLACES: readonly Place[] = ['install', 'recovery', 'creation', 'elsewhere']
const DEPTHS = 4

/** Of all images that count, how many there are of each kind. */
export interface ImageMix {
  images: number
  readonly places: Record<Place, number>
  readonly profiles: Record<ProfileName, number>
  /** By how many recoveries were cut short, one inside the other. */
  readonly depths: number[]
}

/** What a run has come to. */
export class CrashTally {
  readonly checks: InvariantChecks = new InvariantChecks()
  /** The images that count, each once, by 52 bits of their hash; and of what kind each is. */
  readonly images: Map<number, number> = new Map()
  histories = 0
  /** Images that were opened, those that do not count included, and how many of them a killed process left. */
  recoveries = 0
  kills = 0
  /** Runs that ended with an acknowledged durable write missing. */
  lost = 0

  /** Counts an image that was recovered; it is one of those that count if a power cut could take something, and if it is a new one. */
  noteImage({ crash, place, depth, wasUnsynced, disk }: CrashImage, hash: string | undefined): void {
    this.recoveries++
    if (crash === 'kill') this.kills++
    if (hash === undefined || !wasUnsynced) return
    const short = Number.parseInt(hash.slice(0, 13), 16)
    if (this.images.has(short)) return
    const kind = (PLACES.indexOf(place) * profileNames.length + profileNames.indexOf(disk.profile)) * DEPTHS + depth
    this.images.set(short, kind)
  }

  /** Adds what another part of the run has come to; an image that both have counts once. */
  add(other: CrashTally): void {
    for (const [hash, kind] of other.images) if (!this.images.has(hash)) this.images.set(hash, kind)
    for (const [index, count] of other.checks.counts.entries()) this.checks.counts[index]! += count
    this.histories += other.histories
    this.recoveries += other.recoveries
    this.kills += other.kills
    this.lost += other.lost
  }

  mix(): ImageMix {
    const profiles = Object.fromEntries(profileNames.map((name) => [name, 0])) as Record<ProfileName, number>
    const places: Record<Place, number> = { install: 0, recovery: 0, creation: 0, elsewhere: 0 }
    const depths = Array<number>(DEPTHS).fill(0)
    for (const kind of this.images.values()) {
      const outer = Math.floor(kind / DEPTHS)
      depths[kind % DEPTHS]!++
      profiles[profileNames[outer % profileNames.length]!]++
      places[PLACES[Math.floor(outer / profileNames.length)]!]++
    }
    return { images: this.images.size, places, profiles, depths }
  }
}
