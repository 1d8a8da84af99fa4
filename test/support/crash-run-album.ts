import type { OpenOptions } from '../../src/database/options.ts'
import type { Choices } from '../../src/testing/choices.ts'
import type { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import type { CrashImage, Place } from './crash-run-camera.ts'
import { judge, type Moment, type Recovered } from './crash-run-history.ts'
import { recoverImage } from './crash-run-recovery.ts'
import type { CrashTally } from './crash-run-tally.ts'

/** The images that were taken of one history, and what came of those that were recovered. */
export class CrashAlbum {
  readonly #options: OpenOptions<'bytes'>
  readonly #tally: CrashTally
  readonly #keys: readonly string[]
  /** Taken, and not yet recovered. */
  #images: CrashImage[] = []
  /** What was recovered already, by image: promises grow while the disk stays. */
  readonly #known = new Map<string, Recovered>()

  constructor(options: OpenOptions<'bytes'>, tally: CrashTally, keys: readonly string[]) {
    this.#options = options
    this.#tally = tally
    this.#keys = keys
  }

  /** `choices` are the image's own. */
  take(of: SimulatedFileSystem, place: Place, moment: Moment, choices: Choices): void {
    const isKill = choices.pick(2, 'killed image') === 1
    const disk = isKill ? of.killed() : of.crash(choices)
    disk.capacityBytes = Infinity
    const wasUnsynced = of.unsyncedCount > 0
    const crash = isKill ? 'kill' : 'power cut'
    this.#images.push({ disk, crash, place, depth: 0, wasUnsynced, moment, choices, exactly: undefined })
  }

  /** Recovers what was taken, and what is taken while that is recovered. */
  async recover(): Promise<void> {
    for (let image = this.#images.shift(); image !== undefined; image = this.#images.shift()) {
      const { crash, disk } = image
      const hash = crash === 'kill' ? undefined : disk.imageHash()
      const known = hash === undefined ? undefined : this.#known.get(hash)
      if (known !== undefined && image.exactly === undefined) {
        judge(image.moment, crash, known, this.#tally.checks)
        continue
      }
      const found = await recoverImage(image, {
        options: this.#options,
        checks: this.#tally.checks,
        keys: this.#keys,
        take: (inner) => this.#images.push(inner),
      })
      if (hash !== undefined && found !== undefined) this.#known.set(hash, found)
      this.#tally.noteImage(image, hash)
    }
  }
}
