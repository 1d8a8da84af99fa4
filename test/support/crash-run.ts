import { open } from '../../src/database/open.ts'
import type { OpenOptions } from '../../src/database/options.ts'
import { VarveError } from '../../src/errors.ts'
import type { KeyValueStore } from '../../src/kv-store/kv-store.ts'
import type { Choices } from '../../src/testing/choices.ts'
import type { ProfileName } from '../../src/testing/disk-profile.ts'
import type { Fault, FileCall } from '../../src/testing/fault-plan.ts'
import { SimulatedFileSystem } from '../../src/testing/simulated-file-system.ts'
import { SimulatedRuntime } from '../../src/testing/simulated-runtime.ts'
import { CrashAlbum } from './crash-run-album.ts'
import { type CallWatch, InstallWatch, isMutating, type Place, planOf, STORE } from './crash-run-camera.ts'
import { chosenOptions, crashRunChoices, OperationChoices } from './crash-run-choices.ts'
import { openDamagedCopies } from './crash-run-damaged.ts'
import { FaultDraw } from './crash-run-faults.ts'
import { type Crash, CrashHistory, judge } from './crash-run-history.ts'
import { BrokenInvariant } from './crash-run-invariants.ts'
import { CrashLife } from './crash-run-life.ts'
import { recoveredBy, settledWithin } from './crash-run-opening.ts'
import { operate } from './crash-run-operations.ts'
import { bytesOn, hasLostCurrent, isProvenLoss, isWhole } from './crash-run-recovery.ts'
import type { CrashTally } from './crash-run-tally.ts'

const OPERATIONS_MIN = 20
const OPERATIONS_SPREAD = 61
const STEPS_MAX = 20_000
/** Of an image, or of damage: whether it is drawn does not move the choices behind it. */
const SEEDS = 2 ** 16
const SPARE_BYTES_MAX = 2048

/** One history of a store on one disk, through crashes and faults, and every image that was taken on the way. */
export class CrashRun implements CallWatch {
  readonly choices: Choices
  readonly history: CrashHistory = new CrashHistory()
  readonly draws: OperationChoices
  readonly tally: CrashTally
  life!: CrashLife
  readonly #options: OpenOptions<'bytes'>
  readonly isFaulty: boolean
  readonly #album: CrashAlbum
  /** The choices of an image or of damage, by its seed. */
  readonly #seeded: (seed: number) => Choices
  #disk: SimulatedFileSystem
  #runtime: SimulatedRuntime
  #install = new InstallWatch()
  #faults: FaultDraw | undefined
  /** Undefined while a store is open. */
  #opening: 'creation' | 'recovery' | undefined

  constructor(
    profile: ProfileName,
    choices: Choices,
    tally: CrashTally,
    seeded: (seed: number) => Choices = crashRunChoices,
  ) {
    this.#seeded = seeded
    this.choices = choices
    this.tally = tally
    this.draws = new OperationChoices(choices)
    this.#options = chosenOptions(choices)
    this.#album = new CrashAlbum(this.#options, tally, this.draws.keys)
    this.isFaulty = choices.pick(2, 'faulty history') === 1
    this.#runtime = new SimulatedRuntime({ choices, maxSteps: STEPS_MAX })
    this.#disk = new SimulatedFileSystem({ profile, choices, runtime: this.#runtime })
  }

  async run(): Promise<void> {
    await this.#open('creation', 'power cut')
    const operations = OPERATIONS_MIN + this.choices.pick(OPERATIONS_SPREAD, 'option')
    for (let i = 0; i < operations; i++) {
      await operate(this)
      if (this.#faults?.isFatal === true || this.life.isPoisoned) await this.#facePoison()
      this.#takeAtRest()
      await this.#album.recover()
    }
    await this.reopen()
    this.life.forsake()
  }

  /** Ends the life with a close, and begins the next one. */
  async reopen(): Promise<void> {
    this.#faults = undefined
    const isWell = await this.life.close()
    this.#takeAtRest()
    await this.#album.recover()
    if (isWell) this.#requireFreed()
    // Whoever closed in vain is killed, with all that it had open.
    this.#disk = isWell ? this.#disk : this.#disk.killed()
    await this.#next(isWell ? 'clean' : 'kill')
  }

  /** Ends the life without a close, and begins the next one. */
  async crash(crash: Crash): Promise<void> {
    this.life.forsake()
    await this.#album.recover()
    if (crash === 'power cut') this.history.losePower()
    this.#disk = crash === 'kill' ? this.#disk.killed() : await this.#powerCut()
    await this.#next(crash)
  }

  /** From here on little more goes onto the disk; whatever fails for that is told, as a fault is. */
  fillDisk(): void {
    if (this.#faults === undefined) return
    this.#faults.count++
    this.#disk.capacityBytes = bytesOn(this.#disk.fork()) + this.choices.pick(SPARE_BYTES_MAX, 'option')
  }

  freeSpace(): void {
    this.#disk.capacityBytes = Infinity
  }

  /** Lets time pass: the sync timer fires, pauses between tries end. */
  async pass(): Promise<void> {
    await this.#runtime.advance([10, 300, 6000][this.choices.pick(3, 'option')]!)
  }

  /** A store that is refused would end the history: such an image is looked at, and not gone on with. */
  async #powerCut(): Promise<SimulatedFileSystem> {
    const image = this.#disk.crash(this.choices)
    if (this.history.isTainted && !(await isWhole(image, this.#options, this.tally.checks))) return this.#disk.killed()
    return hasLostCurrent(image) ? this.#disk.crash(this.choices, 'posix-minimal') : image
  }

  before(call: FileCall): void {
    const place = this.#opening ?? (this.#install.isInside ? 'install' : 'elsewhere')
    if (isMutating(call)) this.#take(place, LABELS[place])
    this.#install.note(call)
  }

  fault(call: FileCall): Fault | undefined {
    const drawn = this.#faults?.draw(call)
    if (drawn?.lie === 'later') this.history.lie()
    if (drawn?.lie === 'base') this.history.taint()
    // What the system goes back on is lost to a killed process, too.
    if (drawn !== undefined && 'pages' in drawn.fault && drawn.fault.pages === 'reverted') this.history.revert()
    return drawn?.fault
  }

  async #next(ending: Crash | 'clean'): Promise<void> {
    this.#runtime = this.#runtime.nextLife()
    this.#disk.runtime = this.#runtime
    if (!this.history.isTainted) await this.#damageCopies(ending)
    await this.#open('recovery', ending)
  }

  async #damageCopies(ending: Crash | 'clean'): Promise<void> {
    const seed = this.choices.pick(SEEDS, 'damage between lives')
    if (seed === 0) return
    const { checks } = this.tally
    const crash = ending === 'clean' ? 'kill' : ending
    const moment = this.history.moment()
    const choices = this.#seeded(seed)
    await openDamagedCopies({ disk: this.#disk, moment, crash, choices, options: this.#options, checks })
  }

  async #open(opening: 'creation' | 'recovery', ending: Crash | 'clean'): Promise<void> {
    this.#opening = opening
    this.#install = new InstallWatch()
    this.#disk.faults = planOf(this)
    this.#faults = this.#drawnFaults(opening === 'creation' ? 'fault in creation' : 'fault')
    this.life = await this.#openAtLast()
    this.#opening = undefined
    // What is looked at here is what is there, not how reading fails.
    this.#disk.faults = undefined
    const found = recoveredBy(this.life.store)
    this.#disk.faults = planOf(this)
    const { checks } = this.tally
    const count = judge(this.history.moment(), ending === 'clean' ? 'kill' : ending, found, checks)
    if (ending === 'clean') checks.held(10)
    this.history.recover(count, found.lastSequence)
  }

  /** Where a fault prevents an opening there is another one, without; where a sync has lied, one that goes without what is lost. */
  async #openAtLast(): Promise<CrashLife> {
    let options = this.#options
    for (;;) {
      const store = await this.#tryToOpen(options)
      await this.#album.recover()
      if (store !== undefined) {
        this.#faults ??= this.#drawnFaults()
        return new CrashLife(store, this.#runtime, this.history, this.tally.checks, this.#faults)
      }
      if (this.#faults === undefined) options = { ...options, recovery: 'point-in-time' }
      this.#faults = undefined
      this.freeSpace()
    }
  }

  async #tryToOpen(options: OpenOptions<'bytes'>): Promise<KeyValueStore | undefined> {
    const faults = this.#faults
    let store: KeyValueStore
    try {
      const opening = open<'bytes'>(STORE, { ...options, fileSystem: this.#disk, runtime: this.#runtime })
      store = await settledWithin(this.#runtime, opening)
    } catch (error) {
      if (!(error instanceof VarveError)) throw error
      // What a sync of a directory has kept to itself is told by the next one, in another life, too.
      const isTold = (faults?.count ?? 0) > 0 || (this.history.isTainted && !isProvenLoss(error))
      if (isTold) this.tally.checks.held(16)
      else if (!isProvenLoss(error) || !this.history.isLied || options.recovery !== undefined) {
        throw new BrokenInvariant(1, `the opening was refused: ${error.message}`, error)
      }
      return undefined
    }
    return store
  }

  #drawnFaults(label = 'fault'): FaultDraw | undefined {
    if (!this.isFaulty) return undefined
    const faults = new FaultDraw(this.choices, this.#disk, label, true)
    if (this.#disk.capacityBytes < Infinity) faults.count++
    return faults
  }

  async #facePoison(): Promise<void> {
    await this.#runtime.drain()
    this.life.checkPoison()
    const way = this.choices.pick(3, 'operation')
    if (way === 0) await this.reopen()
    else await this.crash(way === 1 ? 'kill' : 'power cut')
  }

  #requireFreed(): void {
    const { openFiles } = this.#disk
    this.tally.checks.require(15, openFiles === 0, () => `${openFiles} files stay open after a close`)
  }

  #takeAtRest(): void {
    this.#take(this.#install.isInside ? 'install' : 'elsewhere', 'image at rest')
  }

  #take(place: Place, label: string): void {
    const seed = this.choices.pick(SEEDS, label)
    if (seed > 0) this.#album.take(this.#disk, place, this.history.moment(), this.#seeded(seed))
  }
}

const LABELS: Readonly<Record<Place, string>> = {
  install: 'image in install',
  recovery: 'image in recovery',
  creation: 'image in creation',
  elsewhere: 'image elsewhere',
}
